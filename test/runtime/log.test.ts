import { expect } from 'chai';
import { errorFields } from '#runtime/log.js';

describe('an error in the log', () => {
  it('says what happened and why, and not on what', () => {
    const command = { name: 'hello', args: ['3', 'AUTH', 'default', 'sesame'] };
    const cause = Object.assign(new Error('WRONGPASS'), { name: 'ReplyError', command });
    const body = '{"password":"sesame"';
    const error = Object.assign(new TypeError('it did not work', { cause }), { code: 'ERR_IT', status: 400, body });
    const told = errorFields(error);
    expect(told).to.deep.equal({
      type: 'TypeError',
      message: 'it did not work',
      code: 'ERR_IT',
      stack: error.stack,
      cause: { type: 'ReplyError', message: 'WRONGPASS', stack: cause.stack },
    });
    expect(JSON.stringify(told)).not.to.contain('sesame');
  });

  it('comes to an end when it is its own cause, and is no text that somebody threw', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(errorFields(error)).split('"round"')).to.have.length(7);
    expect(errorFields('sesame')).to.deep.equal({ type: 'string' });
    expect(errorFields(undefined)).to.deep.equal({ type: 'undefined' });
  });
});
