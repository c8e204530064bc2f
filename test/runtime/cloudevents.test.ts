import { expect } from 'chai';
import fc from 'fast-check';
import { modeOf, parseHttp } from '#runtime/cloudevents/http.js';
import { toBatch, toHttp, toStructured } from '#runtime/cloudevents/write.js';
import { Failure } from '#runtime/contract/failure.js';

const attributes = { specversion: '1.0', id: '1', source: '/here', type: 'a.b' };
const ce = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/here', 'ce-type': 'a.b' };
const json = { 'content-type': 'application/json' };
const structured = { 'content-type': 'application/cloudevents+json' };
const batch = { 'content-type': 'application/cloudevents-batch+json; charset=UTF-8' };
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

function refusal(run: () => unknown): { code: string; paths: string[] } {
  try {
    run();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { code: thrown.code, paths: (thrown.errors ?? []).map(error => error.path) };
  }
  throw new Error('it was accepted');
}

describe('CloudEvents over HTTP', () => {
  it('knows the three modes apart, whatever the parameters and the case of the content type', () => {
    expect(modeOf(ce)).to.equal('binary');
    expect(modeOf({ 'content-type': 'Application/CloudEvents+JSON;charset=UTF-8' })).to.equal('structured');
    expect(modeOf(batch)).to.equal('batch');
    expect(modeOf(json)).to.equal(undefined);
    expect(modeOf({ ...ce, 'content-type': 'application/cloudevents+avro' })).to.equal(undefined);
  });

  it('reads a binary event: attributes from headers, data from the body', () => {
    const headers = { ...ce, ...json, 'ce-subject': 'caf%C3%A9 50%25', 'ce-traceparent': '00-a-b-01', host: 'x' };
    expect(parseHttp(headers, bytes({ n: 1 }))).to.deep.equal({
      mode: 'binary',
      events: [
        {
          ...attributes,
          datacontenttype: 'application/json',
          subject: 'café 50%',
          traceparent: '00-a-b-01',
          data: { n: 1 },
        },
      ],
    });
  });

  it('gives text as a string, other data as bytes, and no body as no data', () => {
    const event = (type: string, body: string) =>
      parseHttp({ ...ce, 'content-type': type }, bytes(body)).events[0]?.data;
    expect(event('text/plain', 'hi')).to.equal('hi');
    expect(event('application/vnd.x+json', '[1]')).to.deep.equal([1]);
    expect(event('image/png', '\x01\x02')).to.deep.equal(Buffer.from([1, 2]));
    expect(parseHttp(ce, Buffer.alloc(0)).events[0]).to.deep.equal(attributes);
  });

  it('keeps data that is 0, false, "" or null', () => {
    for (const data of [0, false, '', null]) {
      expect(parseHttp(structured, bytes({ ...attributes, data })).events).to.deep.equal([{ ...attributes, data }]);
      expect(parseHttp({ ...ce, ...json }, bytes(JSON.stringify(data))).events[0]?.data).to.equal(data);
    }
  });

  it('decodes data_base64, and drops attributes that are null', () => {
    const sent = { ...attributes, subject: null, data_base64: 'AQID' };
    const [event] = parseHttp(structured, bytes(sent)).events;
    expect(event).to.deep.equal({ ...attributes, data: new Uint8Array([1, 2, 3]) });
  });

  it('reads a batch in order, an empty one too', () => {
    const events = ['1', '2', '3'].map(id => ({ ...attributes, id }));
    expect(parseHttp(batch, bytes(events))).to.deep.equal({ mode: 'batch', events });
    expect(parseHttp(batch, bytes([]))).to.deep.equal({ mode: 'batch', events: [] });
  });

  it('leaves a source alone that its sender did not encode', () => {
    expect(parseHttp({ ...ce, 'ce-source': '/a%20b' }, bytes('')).events[0]?.source).to.equal('/a%20b');
    expect(parseHttp({ ...ce, 'ce-source': '/a%2520b' }, bytes('')).events[0]?.source).to.equal('/a%20b');
  });

  const broken: [string, object, string[]][] = [
    ['no id', { id: undefined }, ['/id']],
    [
      'nothing at all',
      { id: undefined, source: undefined, type: undefined, specversion: undefined },
      ['/id', '/source', '/type', '/specversion'],
    ],
    ['an empty type', { type: '' }, ['/type']],
    ['an id that is a number', { id: 7 }, ['/id']],
    ['another version', { specversion: '2.0' }, ['/specversion']],
    ['a source that is no URI', { source: 'two words' }, ['/source']],
    ['a schema that is no absolute URI', { dataschema: '/x' }, ['/dataschema']],
    ['a time of another format', { time: 'yesterday' }, ['/time']],
    ['a time that does not exist', { time: '2024-13-01T00:00:00Z' }, ['/time']],
    ['a name with capitals', { userId: 'x' }, ['/userId']],
    ['an extension that is an object', { ext: {} }, ['/ext']],
    ['data in both forms', { data: 1, data_base64: 'AQ==' }, ['/data_base64']],
    ['base64 that is none', { data_base64: '§' }, ['/data_base64']],
  ];
  for (const [what, change, paths] of broken) {
    it(`refuses ${what}, naming it`, () => {
      const sent = { ...attributes, ...change };
      expect(refusal(() => parseHttp(structured, bytes(sent)))).to.deep.equal({ code: 'invalid', paths });
      const inBatch = refusal(() => parseHttp(batch, bytes([attributes, sent])));
      expect(inBatch).to.deep.equal({ code: 'invalid', paths: paths.map(path => `/1${path}`) });
    });
  }

  it('refuses bodies that are not JSON, not an event, not a batch', () => {
    expect(refusal(() => parseHttp(structured, bytes('{'))).paths).to.deep.equal(['']);
    expect(refusal(() => parseHttp(structured, bytes('[]'))).paths).to.deep.equal(['']);
    expect(refusal(() => parseHttp(batch, bytes(attributes))).paths).to.deep.equal(['']);
    expect(refusal(() => parseHttp(batch, bytes([1]))).paths).to.deep.equal(['/0']);
    expect(refusal(() => parseHttp({ ...ce, ...json }, bytes('{'))).paths).to.deep.equal(['/data']);
    expect(refusal(() => parseHttp(structured, Buffer.from([0xff]))).paths).to.deep.equal(['']);
    expect(refusal(() => parseHttp({}, bytes('')))).to.deep.equal({ code: 'invalid', paths: [''] });
    expect(refusal(() => parseHttp({ ...ce, 'ce-a_b': 'x' }, bytes(''))).paths).to.deep.equal(['/a_b']);
    expect(refusal(() => parseHttp({ ...ce, 'ce-data': 'x' }, bytes(''))).paths).to.deep.equal(['/data']);
    expect(refusal(() => parseHttp({ 'content-type': 'application/cloudevents+xml' }, bytes(''))).code).to.equal(
      'unsupported',
    );
  });

  it('takes 0.3 and events without a version only by the legacy rules', () => {
    const old = { ...attributes, specversion: '0.3', schemaurl: '/s', datacontentencoding: 'base64', data: 'AQ==' };
    expect(refusal(() => parseHttp(structured, bytes(old))).paths).to.deep.equal(['/specversion']);
    const { datacontentencoding: _, ...rest } = old;
    expect(parseHttp(structured, bytes(old), { legacy: true }).events).to.deep.equal([
      { ...rest, data: new Uint8Array([1]) },
    ]);
    const { specversion: __, ...unversioned } = attributes;
    expect(parseHttp(structured, bytes(unversioned), { legacy: true }).events).to.deep.equal([attributes]);
  });

  it('gives back what was written, in every mode', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter(value => value.trim() === value);
    const event = fc.record(
      {
        specversion: fc.constant('1.0'),
        id: text,
        source: fc.webUrl(),
        type: text,
        subject: text,
        time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }).map(d => d.toISOString()),
        ext: text,
        datacontenttype: fc.constant('application/json'),
        data: fc.oneof(fc.jsonValue()).map(value => JSON.parse(JSON.stringify(value))),
      },
      { requiredKeys: ['specversion', 'id', 'source', 'type', 'datacontenttype', 'data'] },
    );
    const read = (message: ReturnType<typeof toHttp>) => parseHttp(message.headers, Buffer.from(message.body)).events;
    fc.assert(
      fc.property(fc.array(event), fc.uint8Array({ minLength: 1 }), (events, data) => {
        for (const one of events) {
          expect(read(toHttp(one))).to.deep.equal([one]);
          expect(read(toStructured(one))).to.deep.equal([one]);
        }
        expect(read(toBatch(events))).to.deep.equal(events);
        expect(read(toStructured({ ...attributes, data }))[0]?.data).to.deep.equal(new Uint8Array(data));
        expect(Buffer.from(read(toHttp({ ...attributes, data }))[0]?.data as Uint8Array)).to.deep.equal(
          Buffer.from(data),
        );
      }),
      { numRuns: 60 },
    );
  });
});
