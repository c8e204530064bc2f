/** What went wrong is told in sentences, without the names and places that programs have for things. */
import { expect } from 'chai';
import { wordsOf, wordsOfField } from '../../../web/app/words.js';
import { type Code, type FieldError, Refusal } from '../../../web/client/refusal.js';

const said = (code: Code, message: string, errors?: readonly FieldError[], retryAfterMs?: number) =>
  wordsOf(new Refusal(code, message, { ...(errors && { errors }), ...(retryAfterMs && { retryAfterMs }) }));

describe('words for what went wrong', () => {
  it('name fields as people do', () => {
    const message = 'must not have more than 64 characters';
    expect(wordsOfField({ path: '/displayName', message })).to.equal('The name must not have more than 64 characters.');
    expect(wordsOfField({ path: '/memberIds/3', message: 'is not known' })).to.equal('One of the people is not known.');
    expect(wordsOfField({ path: '/whatever', message: 'is required' })).to.equal('What you entered is required.');
    expect(wordsOfField({ path: '/email', message: 'this e-mail address is taken' })).to.equal(
      'This e-mail address is taken.',
    );
  });

  it('hold no JSON Pointer', () => {
    expect(said('invalid', '/body must not have more than 4096 characters')).to.equal(
      'The message must not have more than 4096 characters.',
    );
    const errors = [{ path: '/title', message: 'must show something' }];
    expect(said('invalid', '/title must show something', errors)).to.equal(
      'The name of the group must show something.',
    );
  });

  it('say what the server has to say about who may', () => {
    expect(said('forbidden', 'This server takes no new accounts.')).to.equal('This server takes no new accounts.');
    expect(said('unauthorized', 'e-mail or password is wrong')).to.equal('E-mail or password is wrong.');
  });

  it('follow the code where the server’s words are for others', () => {
    expect(said('internal', 'something went wrong')).to.equal(
      'Something went wrong on the server. Please try again later.',
    );
    expect(said('rate_limited', 'too often', undefined, 12_300)).to.equal(
      'That was too often. Please try again in 13 seconds.',
    );
    expect(said('rate_limited', 'too often', undefined, 600_000)).to.equal(
      'That was too often. Please try again in 10 minutes.',
    );
    expect(said('rate_limited', 'too often')).to.equal('That was too often. Please try again later.');
    expect(wordsOf(new TypeError('x is not a function'))).to.not.contain('/');
  });
});
