import { expect } from 'chai';
import Type from 'typebox';
import { Failure, type FieldError } from '#runtime/contract/failure.js';
import { checkerOf } from '#runtime/core/schema.js';

const Order = Type.Object(
  {
    kind: Type.Union([Type.Literal('tea'), Type.Literal('coffee')]),
    cups: Type.Integer({ minimum: 1, maximum: 9 }),
    notes: Type.Optional(Type.Array(Type.String({ maxLength: 3 }), { maxItems: 2 })),
  },
  { additionalProperties: false },
);

function errorsOf(data: unknown): readonly FieldError[] {
  try {
    checkerOf(Order).check(data);
  } catch (thrown) {
    expect(thrown).to.be.instanceOf(Failure).with.property('code', 'invalid');
    return (thrown as Failure).errors ?? [];
  }
  return [];
}

describe('checking input', () => {
  it('takes what fits', () => {
    expect(errorsOf({ kind: 'tea', cups: 2, notes: ['hot'] })).to.deep.equal([]);
  });

  const cases: readonly [what: string, data: unknown, paths: readonly string[]][] = [
    ['a missing member', { kind: 'tea' }, ['/cups']],
    ['every missing member', {}, ['/kind', '/cups']],
    ['an unknown member', { kind: 'tea', cups: 1, milk: true }, ['/milk']],
    ['a value outside of its list', { kind: 'milk', cups: 1 }, ['/kind']],
    ['a number that is too small', { kind: 'tea', cups: 0 }, ['/cups']],
    ['a fraction', { kind: 'tea', cups: 1.5 }, ['/cups']],
    ['a member of an array', { kind: 'tea', cups: 1, notes: ['ok', 'long'] }, ['/notes/1']],
    ['something that is no object', 'tea', ['']],
    ['nothing at all', undefined, ['']],
    ['an array', [], ['']],
  ];
  for (const [what, data, paths] of cases) {
    it(`names ${what}`, () => {
      expect(errorsOf(data).map(error => error.path)).to.deep.equal(paths);
    });
  }

  it('names some of very many faults, not all', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`unknown${n}`, n]));
    expect(errorsOf({ kind: 'tea', cups: 1, ...many })).to.have.length.within(1, 20);
  });
});
