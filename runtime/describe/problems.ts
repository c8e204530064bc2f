/** Failures as HTTP tells them, for the documents' `components/responses`: one a code, by the code's name. */
import Type from 'typebox';
import { type Code, Failure } from '../contract/failure.js';
import { CODES, problem } from '../core/codes.js';
import { FieldErrors } from './refused.js';
import type { Json, Schemas } from './schemas.js';
import { MEANING } from './words.js';

/** https://www.rfc-editor.org/rfc/rfc9457 */
const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String({ description: "The status's own phrase" }),
    status: Type.Integer(),
    code: Type.String({ description: "As in the acknowledgement of a socket's event" }),
    detail: Type.String({ description: 'A sentence that may be shown to a person' }),
    errors: Type.Optional(FieldErrors),
    current: Type.Optional(Type.Unknown({ description: 'Of a conflict: what there is now, where it is told' })),
  },
  { title: 'Problem', description: 'Problem details, RFC 9457' },
);

const refTo = (name: string): Json => ({ $ref: `#/components/responses/${name}` });

/** Of an operation that may fail so; anything else is a defect. */
export const refusals = (codes: readonly Code[]): Json => ({
  ...Object.fromEntries(codes.map(code => [CODES[code].http, refTo(code)])),
  default: refTo('internal'),
});

/** Of CloudEvents, each with its status: what the function refuses for good has one of its own, so that senders give it up. */
export const eventRefusals = (): Json =>
  Object.fromEntries([
    ...EVENT_CODES.map(code => [CODES[code].http, refTo(code)]),
    [CODES.invalid.event, refTo('invalidEvent')],
  ]);

const EVENT_CODES = [
  ...(['invalid', 'unauthorized', 'not_found', 'too_large', 'unsupported', 'rate_limited'] as const),
  ...(['internal', 'unavailable'] as const),
];

export function responses(schemas: Schemas): Json {
  const codes = Object.keys(CODES) as Code[];
  return {
    ...Object.fromEntries(codes.map(code => [code, response(code, MEANING[code], CODES[code].http, schemas)])),
    invalidEvent: response('invalid', 'The function refuses the event for good.', CODES.invalid.event, schemas),
  };
}

const RETRY_AFTER = { schema: { type: 'integer', minimum: 1 }, description: 'In seconds' };

function response(code: Code, description: string, status: number, schemas: Schemas): Json {
  const passes = CODES[code].queue === 'retry' && code !== 'internal';
  const example = problem(new Failure(code, description), status);
  return {
    description,
    ...(passes && { headers: { 'Retry-After': RETRY_AFTER } }),
    content: { 'application/problem+json': { schema: schemas.told(Problem, 'Problem'), example } },
  };
}
