/** What the pictures show: a weekend that friends plan, and what else there is to one of them that evening. */
import { type Actor, actor, chatOf } from './people.js';

/** The one whose page it is, and the conversation that is open. */
export interface Story {
  readonly viewer: Actor;
  readonly title: string;
  /** Of the last message. */
  readonly end: string;
  /** Who was online is no more. */
  close(): void;
}

export async function tell(url: string): Promise<Story> {
  const names = ['Anna Berg', 'Ben Okafor', 'Chloé Martin', 'Dmitri Sokolov', 'Elif Yılmaz'];
  const people: Actor[] = [];
  for (const name of names) people.push(await actor(url, name));
  const [anna, ben, chloe, dmitri, elif] = people as [Actor, Actor, Actor, Actor, Actor];

  const family = await chatOf(dmitri, [anna, elif], 'Neighbours');
  await dmitri.say(family, 'The lift is out of order until Thursday.');
  await elif.say(family, 'Again? I will call them in the morning.');
  await anna.call('PATCH', `/chats/${family}/me`, { mutedUntil: '2099-01-01T00:00:00.000Z' });

  const books = await chatOf(chloe, [anna, elif, ben], 'Book club');
  await chloe.say(books, 'Next one: The Left Hand of Darkness?');
  await ben.say(books, 'Yes please.');
  await chloe.say(books, '@annaberg you have it, don’t you?');

  const direct = await chatOf(ben, [anna]);
  await ben.say(direct, 'Did you find the map?');
  await anna.call('PATCH', `/chats/${direct}/me`, {
    draft: { body: 'In the blue folder, I', at: new Date().toISOString() },
  });

  const notes = await chatOf(elif, [anna]);
  const list = await elif.say(notes, 'Stove, gas, head torches, the big rope. I bring the stove.');

  const title = 'Hut weekend';
  const hut = await chatOf(anna, [ben, chloe, dmitri, elif], title);
  const train = await ben.say(hut, 'The train at 7:12 gets us to the valley by ten. Meet on platform 3?');
  const reply = async (by: Actor, seq: number, body: string) => {
    const { messages } = await by.call<{ messages: { id: string }[] }>(
      'GET',
      `/chats/${hut}/messages?after=${seq - 1}&limit=1`,
    );
    return by.say(hut, body, { replyTo: messages[0]?.id });
  };
  const bread = await chloe.say(hut, 'I bring bread and chees');
  await chloe.edit(hut, bread, 'I bring bread and cheese');
  const wrong = await dmitri.say(hut, 'Wrong chat, sorry');
  await dmitri.call('DELETE', `/chats/${hut}/messages/${wrong}?scope=all`);
  await reply(dmitri, train, 'Platform 5, they changed it: see https://example.org/timetable');
  await anna.say(hut, '', { forward: { chatId: notes, seq: list } });
  const weather = await anna.say(hut, 'Weather looks good. The hut keeper expects us for dinner at seven.');
  for (const by of [ben, chloe, dmitri]) await by.react(hut, weather, '🎉');
  await elif.react(hut, weather, '❤️');
  await anna.react(hut, train, '👍');
  await elif.react(hut, train, '👍');
  await anna.call('PUT', `/chats/${hut}/messages/${train}/pin`);
  for (const by of [anna, ben, chloe, dmitri, elif]) await by.call('POST', `/chats/${hut}/read`, { seq: weather });
  const end = 'can you take the big rope? My bag is full 🎒';
  await elif.say(hut, `@annaberg ${end}`);
  const online = [await ben.come(), await elif.come()];
  const leave = (): void => {
    for (const each of online) each.close();
  };
  return { viewer: anna, title, end, close: leave };
}
