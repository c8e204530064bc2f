/**
 * Mini-Telegram shown from the terminal: three people talk, each through a gateway of their own where there are several,
 * and what each of them saw is printed side by side; then a burst, a reconnect and the figures. Exit 0 when all is well.
 * With DSN, REDIS_ADDR and AMQP_URL set it runs on those servers, as separate processes; else in one process on its own.
 */
import { group, signUp } from '#support/people.js';
import { burst } from './burst.js';
import { converse } from './conversation.js';
import { stage } from './stage.js';
import { figures, table } from './table.js';

const say = (text: string) => process.stdout.write(`${text}\n`);

async function demo(): Promise<boolean> {
  say('Starting …');
  const { gateways, processes, stop } = await stage();
  try {
    for (const { image, url, startupMs } of processes) say(`  ${image} on ${url}, ready in ${startupMs} ms`);
    const names = ['Ada', 'Grace', 'Linus'];
    const people = await Promise.all(names.map((name, place) => signUp(gateways[place % gateways.length]!, name)));
    const cast = people.map((person, place) => ({ name: names[place]!, person }));
    const chat = await group(people[0]!, people.slice(1), 'Weekend');

    say(
      `\n${names.join(', ')} have signed up and talk through ${gateways.length} gateway(s). What each of them saw:\n`,
    );
    say(await converse(cast, chat));

    say('\nNow all of them write at once, while one loses the connection for a while:\n');
    const result = await burst(cast, chat, gateways);
    say(table(figures(result)));
    for (const person of people) person.leave();
    say(
      result.same ? '\nEverybody has the same history, without a gap.' : '\nThe histories differ: something is wrong.',
    );
    return result.same;
  } finally {
    await stop();
  }
}

demo().then(
  well => {
    process.exitCode = well ? 0 : 1;
  },
  (error: Error) => {
    process.stderr.write(`The demo failed: ${error.message}\n`);
    process.exitCode = 1;
  },
);
