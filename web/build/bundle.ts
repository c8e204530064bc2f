/** One script of the page and all that it imports. */
import { rolldown } from 'rolldown';

export async function bundle(entry: string): Promise<string> {
  const build = await rolldown({ input: entry, platform: 'browser', logLevel: 'warn' });
  try {
    const { output } = await build.generate({ format: 'es', minify: true, codeSplitting: false });
    return output[0].code;
  } finally {
    await build.close();
  }
}
