/** Secrets, key and database are lost, together and apart, and come back by the page's commands. */
import type { Check } from './check.js';
import type { Namespace } from './namespace.js';
import { goOn, isReset, renewed, startTalk, type Talk } from './talk.js';

/** Leaves `here` running, and resolves with the talk in it. */
export async function restore(check: Check, here: Namespace, beside: Namespace): Promise<Talk> {
  await check('everything starts by one apply, and the gateways when they have a key', async () => {
    await here.run(`${here.page.rename}\nkubectl apply -f ${here.name}/`);
    await here.ends('gateway', /JWT_PRIVATE_KEY_PATH: cannot be read \(ENOENT\)/);
    await here.run(here.page.makeKey);
    await here.ready();
    await here.expectApplied();
  });

  const talk = await check('people talk; Secrets, key and database are backed up', async () => {
    const started = await here.at(startTalk);
    await here.run(here.page.backUp);
    return started;
  });
  const kept = await here.secrets();

  await check('the database goes back into the same namespace', async () => {
    const { messages } = await here.at(url => goOn(url, talk));
    // As a version that came after the backup would have made it.
    const newer = 'create table newer (user_id uuid references users)';
    await here.kubectl(`exec postgres-0 -- psql -U minitelegram -c '${newer}'`);
    await here.run(here.page.restoreHere);
    await here.ready();
    if (!(await here.at(url => isReset(url, talk, messages.length))))
      throw new Error('who holds more than the backup is not told to load the chat anew');
    await here.expectTalk(talk);
    await here.expectApplied();
  });

  const restoreAnew = async (namespace: Namespace): Promise<Talk> => {
    await namespace.run(namespace.page.restoreAnew);
    await namespace.ready();
    if ((await namespace.secrets()) !== kept) throw new Error('the Secrets are not what they were');
    const next = await namespace.expectTalk(talk);
    await namespace.expectApplied();
    return next;
  };
  await check('the backup goes into a new namespace beside the old one', () => restoreAnew(beside));
  await beside.run(`kubectl delete namespace ${beside.name} --timeout=5m`);
  let latest = await check('a namespace that was deleted comes back from its backup', async () => {
    await here.run(`kubectl delete namespace ${here.name} --timeout=5m && rm -r ${here.name}`);
    return restoreAnew(here);
  });

  for (const [loss, lose] of [
    ['emptied', here.emptySecrets],
    ['deleted', here.deleteSecrets],
  ] as const) {
    latest = await check(`Secrets that were ${loss} go back to the volumes that were made with them`, async () => {
      await lose();
      await here.run(here.page.restoreSecrets);
      if ((await here.secrets()) !== kept) throw new Error('the Secrets are not what they were');
      await here.ready();
      const next = await here.expectTalk(latest);
      await here.expectApplied();
      return next;
    });
  }

  return check('Secrets of which there is no backup are made anew, and nothing that was said is lost', async () => {
    await here.deleteSecrets();
    await here.run(here.page.newPasswords);
    await here.run(here.page.makeKey);
    await here.ready();
    if ((await here.secrets()) === kept) throw new Error('the Secrets are the old ones');
    const next = await here.expectTalk(await here.at(url => renewed(url, latest)));
    await here.expectApplied();
    return next;
  });
}
