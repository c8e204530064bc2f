/** The acknowledgements of socket events: done, with data, or refused, with a code. */
import Type, { type TSchema } from 'typebox';
import type { Code } from '../contract/failure.js';
import { CODES } from '../core/codes.js';

export const FieldErrors = Type.Array(
  Type.Object(
    {
      path: Type.String({ description: 'JSON Pointer into the input', examples: ['/seq'] }),
      message: Type.String({ examples: ['is required'] }),
    },
    { title: 'FieldError' },
  ),
);

const codes = [...new Set((Object.keys(CODES) as Code[]).map(code => CODES[code].socket))];

export const Refused = Type.Object(
  {
    ok: Type.Literal(false),
    error: Type.Object({
      code: Type.Union(codes.map(code => Type.Literal(code))),
      message: Type.String({ examples: ['seq is required'] }),
      errors: Type.Optional(FieldErrors),
      current: Type.Optional(Type.Unknown({ description: 'Of a conflict: what there is now, where it is told' })),
      retryAfterMs: Type.Optional(
        Type.Integer({ minimum: 0, description: 'When the same again may succeed', examples: [1000] }),
      ),
    }),
  },
  {
    title: 'Refused',
    examples: [
      {
        ok: false,
        error: { code: 'invalid', message: 'seq is required', errors: [{ path: '/seq', message: 'is required' }] },
      },
    ],
  },
);

export const done = (data: TSchema) => Type.Object({ ok: Type.Literal(true), data });
