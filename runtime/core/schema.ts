/** Unknown input is checked here and nowhere else: a schema is compiled once, and its findings become field errors. */
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Failure, type FieldError, fieldName } from '../contract/failure.js';

export interface Checker {
  /** Throws Failure `invalid`, with a field error for each fault (the library stops after eight), unless the data fits the schema. */
  check(data: unknown): void;
}

const checkers = new WeakMap<TSchema, Checker>();

export function checkerOf(schema: TSchema): Checker {
  const known = checkers.get(schema);
  if (known) return known;
  const compiled = Compile(schema);
  const checker: Checker = {
    check(data) {
      if (compiled.Check(data)) return;
      const errors = compiled.Errors(data).filter(isSaying).flatMap(fieldErrors);
      const first = errors[0];
      throw new Failure(
        'invalid',
        first ? `${fieldName(first.path) || 'the input'} ${first.message}` : 'the input is invalid',
        {
          errors,
        },
      );
    },
  };
  checkers.set(schema, checker);
  return checker;
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: Record<string, unknown>;
}

/** Reports that only repeat another: on the whole object of an unknown member, on each branch of a union. */
const isSaying = ({ keyword }: SchemaError): boolean => keyword !== 'additionalProperties' && keyword !== 'const';

function fieldErrors({ keyword, instancePath: path, message, params }: SchemaError): readonly FieldError[] {
  switch (keyword) {
    case 'required':
      return (params.requiredProperties as string[]).map(name => ({ path: `${path}/${name}`, message: 'is required' }));
    case 'boolean':
      return [{ path, message: 'is not known here' }];
    case 'anyOf':
      return [{ path, message: 'is not one of the allowed values' }];
    case 'pattern':
      return [{ path, message: 'is not of the expected form' }];
    default:
      return [{ path, message }];
  }
}
