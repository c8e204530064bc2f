/** REST, as the OpenAPI document has it. */
import { expect } from 'chai';
import { asSender } from '../../support/deployment.js';
import { type OpenDocument, type Operation, operationsIn } from '../../support/documents.js';
import { faults } from '../../support/json-schema.js';
import { type Answer, request } from '../../support/rest.js';
import type { Play, Scene } from './scene.js';

type Members = Record<string, unknown>;

export function requests(document: OpenDocument, scene: () => Scene): void {
  // What a protocol of its own asks and answers, the document does not say: see test/e2e/uploads for tus.
  const operations = operationsIn(document).filter(({ responses }) =>
    responses.every(({ status }) => status !== '2XX'),
  );

  /** With `more` members in the body, or in the query where there is no body. */
  async function sent(operation: Operation, { ann, real }: Play, value?: unknown, more: Members = {}) {
    const { id, method, path, parameters, body, open } = operation;
    const given = parameters.filter(({ example }) => example !== undefined);
    const inPath = given.filter(({ in: place }) => place === 'path');
    const inQuery = given.filter(({ in: place }) => place === 'query');
    const inHeaders = given.filter(({ in: place }) => place === 'header');
    const text = (example: unknown) => encodeURIComponent(String(real(example)));
    const url = inPath.reduce((at, { name, example }) => at.replace(`{${name}}`, text(example)), path);
    const query = new URLSearchParams(
      inQuery.map(({ name, example }): [string, string] => [name, String(real(example))]),
    );
    const hasBody = body.length > 0;
    if (!hasBody) for (const [name, each] of Object.entries(more)) query.set(name, String(each));
    return request(scene().url, method, query.size > 0 ? `${url}?${query}` : url, {
      ...(!open && { token: ann.accessToken }),
      ...(hasBody && { raw: JSON.stringify({ ...(real(value) as Members), ...more }) }),
      headers: {
        ...(hasBody && { 'content-type': body[0]!.type }),
        ...(id === 'receiveEvent' && asSender),
        ...Object.fromEntries(inHeaders.map(({ name, example }) => [name, String(example)])),
      },
    });
  }

  function expectDeclared({ id, responses }: Operation, answer: Answer<unknown>, statuses: RegExp): void {
    const given = answer.headers.get('content-type') ?? '';
    const ofStatus = responses.filter(({ status }) => status === `${answer.status}`);
    // A range of types is declared as one: `image/*`.
    const isOf = (type: string): boolean => given.startsWith(type.replace(/\*(?:\/\*)?$/, ''));
    const declared = ofStatus.find(({ type }) => isOf(type)) ?? ofStatus[0];
    expect(`${answer.status}`, `${id}: ${JSON.stringify(answer.body)}`).to.match(statuses);
    if (!declared) throw new Error(`${id} answers ${answer.status}, which is not declared`);
    if (declared.type === '') return void expect(answer.body, id).to.equal(undefined);
    expect(given, id).to.satisfy(() => isOf(declared.type));
    // Bytes have no schema.
    if (declared.schema === undefined) return;
    expect(faults(declared.schema, answer.body, document), id).to.deep.equal([]);
  }

  const operation = (wanted: string) => operations.find(({ id }) => id === wanted)!;

  describe('a request', () => {
    it('of register makes the account that the other examples are about', () => {
      expectDeclared(operation('register'), scene().registered, /^201$/);
    });

    for (const each of operations) {
      if (each.id === 'register') continue;
      for (const { type, value } of each.examples) {
        const one = each.examples.length > 1 ? ` with ${type}` : '';
        it(`of ${each.id}${one} is answered as declared`, async () => {
          const play = await scene().play(each.id === 'getThumb' ? 'photo' : 'file');
          expectDeclared(each, await sent(each, play, value), /^2/);
        });
      }
    }

    it('of createChat for two who have a direct chat is answered with it, as declared', async () => {
      const play = await scene().play();
      const create = operation('createChat');
      const direct = { type: 'direct', memberIds: [play.ben.id] };
      const [first, second] = [await sentAs(create, play, direct), await sentAs(create, play, direct)];
      expectDeclared(create, first, /^20[01]$/);
      expectDeclared(create, second, /^200$/);
    });

    const sentAs = ({ method, path }: Operation, { ann }: Play, body: unknown) =>
      request(scene().url, method, path, { token: ann.accessToken, body });

    for (const each of operations.filter(({ tags }) => !tags.includes('operations'))) {
      it(`of ${each.id} with what nobody knows is refused as declared`, async () => {
        const { value } = each.examples[0]!;
        expectDeclared(each, await sent(each, await scene().play(), value, { nonsense: 1 }), /^400$/);
      });

      if (each.open) continue;
      it(`of ${each.id} by nobody is refused as declared`, async () => {
        const play = await scene().play();
        const nobody = { ...play, ann: { ...play.ann, accessToken: 'none' } };
        expectDeclared(each, await sent(each, nobody, each.examples[0]!.value), /^401$/);
      });
    }

    for (const { type, value } of operation('receiveEvent').examples) {
      it(`of receiveEvent with ${type} is answered as declared in every mode`, async () => {
        const receive = operation('receiveEvent');
        const [structured, batched, binary] = receive.body.map(body => body.type) as [string, string, string];
        const post = (contentType: string, body: unknown, more = {}) =>
          request(scene().url, 'POST', '/', {
            raw: JSON.stringify(body),
            headers: { 'content-type': contentType, ...more, ...asSender },
          });
        const { real } = await scene().play();
        const event = real(value as Members);
        const headers = Object.fromEntries(
          receive.parameters.map(({ name }) => [name, String(event[name.replace('ce-', '')])]),
        );
        expectDeclared(receive, await post(structured, event), /^20[04]$/);
        expectDeclared(receive, await post(batched, [event, event]), /^20[04]$/);
        const answer = await post(binary, event.data, headers);
        expectDeclared(receive, answer, /^20[04]$/);
        if (answer.status === 200) for (const name in headers) expect(answer.headers.get(name), name).to.be.a('string');
      });
    }

    it('of an event by nobody, not for us, too large or compressed is refused as declared', async () => {
      const receive = operation('receiveEvent');
      const [structured] = receive.body;
      const post = (body: string, headers: object) =>
        request(scene().url, 'POST', '/', { raw: body, headers: { 'content-type': structured!.type, ...headers } });
      expectDeclared(receive, await post('{}', {}), /^401$/);
      expectDeclared(receive, await post('{}', asSender), /^400$/);
      expectDeclared(receive, await post(' '.repeat(2 ** 20 + 1), asSender), /^413$/);
      expectDeclared(receive, await post('{}', { ...asSender, 'content-encoding': 'gzip' }), /^415$/);
    });

    it('of an event for which there is no function, or that does not fit, is refused as declared', async () => {
      const receive = operation('receiveEvent');
      const [{ value } = { value: {} }] = receive.examples;
      const play = await scene().play();
      expectDeclared(receive, await sent(receive, play, value, { type: 'other' }), /^404$/);
      expectDeclared(receive, await sent(receive, play, value, { data: {} }), /^422$/);
      expectDeclared(receive, await sent(receive, play, value, { specversion: '0' }), /^400$/);
    });
  });
}
