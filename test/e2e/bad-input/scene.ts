/** The scene of every bad input: a person in a group of which the attempts are made, and a message in it. */
import type { Deployment } from '../../support/deployment.js';
import type { Live } from '../../support/live.js';
import { group, type Person, send, signUp } from '../../support/people.js';
import type { Chat, Stored } from '../../support/shapes.js';

export interface Scene {
  readonly ann: Person;
  readonly ben: Person;
  readonly chat: Chat;
  readonly live: Live;
  readonly first: Stored;
}

export async function scene({ gateways: [one, two] }: Deployment): Promise<Scene> {
  const [ann, ben] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben')]);
  const chat = await group(ann, [ben]);
  const live = await ann.connect();
  return { ann, ben, chat, live, first: await send(live, chat.id, 'the first message') };
}

export const NOBODY = '00000000-0000-7000-8000-000000000000';
