/** Passwords and keys change while people use the system: what is wrong is said, and heals when it is mended. */
import type { Check } from './check.js';
import type { Namespace } from './namespace.js';
import type { Talk } from './talk.js';

export async function change(check: Check, here: Namespace, started: Talk): Promise<void> {
  let talk = started;

  await check('migrate ends with a wrong password, and heals when the Secret is mended', async () => {
    const patch = (data: string) => here.kubectl(`patch secret app-credentials -p '{"data":${data}}'`);
    const right = await here.kubectl(`get secret app-credentials -o 'jsonpath={.data}'`);
    await patch(JSON.stringify({ 'postgres-password': Buffer.from('wrong').toString('base64') }));
    await here.kubectl('rollout restart deployment chat-svc');
    await here.ends('chat-svc', /migrate: the database refuses: .*28P01/);
    talk = await here.expectTalk(talk);
    await patch(right);
    await here.ready();
    const pods = await here.kubectl('get pods -l app=chat-svc --sort-by=.metadata.creationTimestamp -o name');
    const said = await here.kubectl(`logs ${pods.trim().split('\n').at(-1)} -c migrate`);
    if (!/"version":\d+.*nothing to migrate/.test(said)) throw new Error(`migrate said: ${said}`);
  });

  await check('another key signs, and tokens of the one before are good until it is taken out', async () => {
    const [known, signs, gone] = here.page.rotateKey as [string, string, string];
    for (const step of [known, signs]) await here.run(step);
    const before = talk;
    talk = await here.expectTalk(talk);
    await here.run(gone);
    talk = await here.expectTalk(talk);
    const refused = await here.expectTalk({ ...before, messages: talk.messages }).catch(String);
    if (!/the access token is not good/.test(String(refused)))
      throw new Error('a token of a key that was taken out is good');
  });

  await check('a key that may not be read is told as such', async () => {
    const mode = (defaultMode: number) => {
      const volumes = [{ name: 'jwt-keys', secret: { defaultMode } }];
      return here.kubectl(
        `patch deployment gateway -p '${JSON.stringify({ spec: { template: { spec: { volumes } } } })}'`,
      );
    };
    await mode(0o400);
    await here.ends('gateway', /JWT_PRIVATE_KEY_PATH: cannot be read \(EACCES\): let the user/);
    await mode(0o644);
    await here.ready();
    talk = await here.expectTalk(talk);
  });
}
