/** What each failure is to each kind of client. */
import { expect } from 'chai';
import { type Code, Failure } from '#runtime/contract/failure.js';
import { CODES, isFinal, problem, retryAfterSeconds, socketError } from '#runtime/core/codes.js';

const codes = Object.keys(CODES) as Code[];
const errors = [{ path: '/n', message: 'must be integer' }];

describe('a failure', () => {
  it('is final for a queue unless the same may succeed later', () => {
    const passing = codes.filter(code => !isFinal(new Failure(code, 'no')));
    expect(passing).to.deep.equal(['rate_limited', 'unavailable', 'internal']);
  });

  it('is a problem with the phrase of its status, or of the one that is asked for', () => {
    const failure = new Failure('not_found', 'no such chat');
    const told = { type: 'about:blank', title: 'Not Found', status: 404, code: 'not_found', detail: 'no such chat' };
    expect(problem(failure)).to.deep.equal(told);
    expect(problem(failure, 422)).to.deep.equal({ ...told, title: 'Unprocessable Entity', status: 422 });
    expect(problem(failure, 799)).to.deep.equal({ ...told, title: 'Error', status: 799 });
    expect(problem(new Failure('invalid', 'no', { errors }))).to.have.deep.property('errors', errors);
  });

  it('says when to try again, in whole seconds of at least one, where that is what to do', () => {
    const retryAfter = (code: Code, retryAfterMs?: number) =>
      retryAfterSeconds(new Failure(code, 'no', retryAfterMs === undefined ? {} : { retryAfterMs }));
    expect(codes.filter(code => retryAfter(code) !== undefined)).to.deep.equal(['rate_limited', 'unavailable']);
    expect(retryAfter('unavailable')).to.equal(1);
    expect(retryAfter('rate_limited', 1)).to.equal(1);
    expect(retryAfter('rate_limited', 0)).to.equal(1);
    expect(retryAfter('rate_limited', 2_001)).to.equal(3);
    expect(retryAfter('conflict', 5_000), 'which it may say itself').to.equal(5);
  });

  it('is told over a socket with its fields and its time, where it has any', () => {
    expect(socketError(new Failure('conflict', 'taken'))).to.deep.equal({ code: 'conflict', message: 'taken' });
    expect(socketError(new Failure('unsupported', 'no', { errors }))).to.deep.equal({
      ...{ code: 'invalid', message: 'no' },
      errors,
    });
    expect(socketError(new Failure('unavailable', 'away'))).to.have.property('retryAfterMs', 1_000);
    expect(socketError(new Failure('unavailable', 'away', { retryAfterMs: 5 }))).to.have.property('retryAfterMs', 5);
  });
});
