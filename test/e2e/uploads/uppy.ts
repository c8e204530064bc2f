/** Uppy as it is, for a browser. */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Its code, and a function that sends 200,000 times a letter by it. */
export async function uppyBundle(): Promise<string> {
  const id = '\0uppy';
  const [core, tus] = ['@uppy/core', '@uppy/tus'].map(name => JSON.stringify(fileURLToPath(import.meta.resolve(name))));
  const bundle = await rolldown({
    input: id,
    platform: 'browser',
    plugins: [
      {
        name: 'entry',
        resolveId: wanted => (wanted === id ? id : null),
        load: wanted =>
          wanted === id
            ? `import Uppy from ${core};
import Tus from ${tus};
globalThis.sendByUppy = async ([endpoint, token, letter]) => {
  const uppy = new Uppy();
  uppy.use(Tus, { endpoint, headers: { authorization: 'Bearer ' + token }, retryDelays: [0, 10] });
  const data = new Blob([letter.repeat(200000)], { type: 'text/plain' });
  uppy.addFile({ name: 'same.txt', type: 'text/plain', data, meta: { kind: 'file' } });
  const { successful } = await uppy.upload();
  return { ok: successful.length, url: successful[0]?.uploadURL };
};`
            : null,
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'iife' });
  await bundle.close();
  return output[0].code;
}
