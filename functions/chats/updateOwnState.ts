/** Changes what a chat is to the caller alone; what is left out stays as it is. */

import { Failure } from 'function-runtime';
import Type, { type Static } from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { GivenMedia } from '../domain/attachment.js';
import { outside } from '../domain/inside.js';
import { RATES } from '../domain/limits.js';
import { NotifyLevel, OwnState } from '../domain/model.js';
import { momentOf, ownStateChanged, writtenAt } from '../domain/own-state.js';
import { ChatId, DraftBody, ReplyTo, strictObject, Time } from '../domain/text.js';
import { isoTime } from '../domain/time.js';
import type { OwnStateChange } from '../ports/ownState.js';

const change = {
  mutedUntil: Type.Optional(Type.Union([Time, Type.Null()], { description: 'Null: not muted' })),
  notify: Type.Optional(NotifyLevel),
  archived: Type.Optional(Type.Boolean()),
  pinned: Type.Optional(Type.Boolean()),
  draft: Type.Optional(
    Type.Union(
      [
        strictObject({
          body: DraftBody,
          replyTo: Type.Optional(ReplyTo),
          media: Type.Optional(GivenMedia),
          at: Time,
        }),
        Type.Null(),
      ],
      {
        description:
          'Takes effect where `at` is later than that of the last draft, and of the last one that was sent: a device gives a later time than the one that it knows, whatever its clock says. With neither text, `replyTo` nor media there is none any more; null gives up whatever there is',
      },
    ),
  ),
};
const Input = strictObject({ chatId: ChatId, ...change });

/** With times as they are stored. Throws Failure `invalid`. */
function changeOf({ chatId: _, mutedUntil, draft, ...rest }: Static<typeof Input>, now: number): OwnStateChange {
  return {
    ...rest,
    ...(mutedUntil !== undefined && { mutedUntil: mutedUntil && momentOf(mutedUntil, '/mutedUntil') }),
    ...(draft !== undefined && {
      draft: draft && {
        body: draft.body,
        ...(draft.replyTo && { replyTo: draft.replyTo }),
        ...(draft.media && draft.media.length > 0 && { media: draft.media }),
        at: writtenAt(draft.at, now, '/draft/at'),
      },
    }),
  };
}

export const updateOwnState = single({
  name: 'updateOwnState',
  access: 'member',
  needs: ['ownState'],
  limits: [RATES.changeOwn],
  emits: ['me:changed'],
  summary:
    "Mutes, archives or pins a chat for the caller, or keeps a draft, and notifies the caller's other devices. Returns the state as it is then.",
  input: Input,
  output: { ok: OwnState },
  refuses: ['forbidden', 'conflict'],
  async handle({ now, ports, caller }, { data }) {
    if (Object.keys(change).every(name => !(name in data))) {
      const message = `give one of ${Object.keys(change).join(', ')}`;
      throw new Failure('invalid', message, { errors: [{ path: '', message }] });
    }
    const { userId } = callerOf({ caller });
    const reply = await ports.ownState.update(userId, data.chatId, changeOf(data, now), isoTime(now));
    if (!reply) throw outside();
    return { reply, emit: ownStateChanged(userId, reply) };
  },
});
