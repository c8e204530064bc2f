/** What a function that people call begins as: it answers who called it, and for which chat. */
import type { Place } from './place.js';

export const singleSource = ({ name, toFunctions }: Place): string => `/** Answers who called it, and for which chat. */
import Type from 'typebox';
import { callerOf } from '${toFunctions}access/caller.js';
import { single } from '${toFunctions}define.js';
import { ChatId, strictObject, UserId } from '${toFunctions}domain/text.js';

export const ${name} = single({
  name: '${name}',
  access: 'member',
  needs: [],
  summary: 'Answers who called it, and for which chat.',
  input: strictObject({ chatId: ChatId }),
  output: { ok: Type.Object({ chatId: ChatId, userId: UserId }) },
  handle(context, { data: { chatId } }) {
    const { userId } = callerOf(context);
    return { reply: { chatId, userId } };
  },
});
`;

export const singleTest = ({ name, source, toTest }: Place): string => `import { expect } from 'chai';
import { testContext, testEvent, uuid } from 'function-runtime/testing';
import { Check } from 'typebox/value';
import { ${name} } from '#${source.replace(/ts$/, 'js')}';
import { CHAT } from '${toTest}support/samples.js';

describe('${name}', () => {
  it('answers who called it, and for which chat', async () => {
    const context = testContext({ ports: {}, caller: { userId: uuid(7) } });
    expect(await ${name}.handle(context, testEvent({ chatId: CHAT }))).to.deep.equal({
      reply: { chatId: CHAT, userId: uuid(7) },
    });
  });

  it('takes the id of a chat, and nothing else', () => {
    const takes = (data: object) => Check(${name}.input, data);
    expect([{ chatId: CHAT }, {}, { chatId: 'here' }, { chatId: CHAT, more: 1 }].map(takes)).to.deep.equal([
      true,
      false,
      false,
      false,
    ]);
  });
});
`;

export const singleLines = ({
  name,
  source,
}: Place): string => `Add to functions/services/gateway.ts what is to set it off, a route, a socket event, or both:

  import { ${name} } from '../${source.replace(/^functions\/(.*)ts$/, '$1js')}';

    on(http.post('/v1/chats/:chatId/${kebab(name)}'), ${name}),

    on(socket('${kebab(name)}'), ${name}),
`;

const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
