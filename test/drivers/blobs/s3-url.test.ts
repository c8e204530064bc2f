import { expect } from 'chai';
import { parseS3Url } from '#runtime/drivers/blobs/s3-url.js';

const key = { accessKeyId: 'key', secretAccessKey: 'secret' };

describe('S3_URL', () => {
  it('names a server, a bucket, whose it is, and where in it', () => {
    expect(parseS3Url('https://key:secret@s3.example.org:9000/media/a/b?region=eu-1')).to.deep.equal({
      bucket: 'media',
      prefix: 'a/b/',
      client: { region: 'eu-1', endpoint: 'https://s3.example.org:9000', forcePathStyle: true, credentials: key },
    });
    expect(parseS3Url('http://127.0.0.1:9000/media').client).to.deep.equal({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:9000',
      forcePathStyle: true,
    });
  });

  it('names a bucket of AWS, with a key or with the role of whoever runs it', () => {
    const client = { region: 'eu-central-1' };
    expect(parseS3Url('s3://media?region=eu-central-1')).to.deep.equal({ bucket: 'media', prefix: '', client });
    const { credentials } = parseS3Url('s3://key@media/x?region=eu-central-1', 'secret').client;
    expect(credentials).to.deep.equal(key);
  });

  it('takes keys with any characters, as URLs have them', () => {
    const { client } = parseS3Url('https://a%3Ab:c%2Fd%2B@s3.example.org/media?addressing=virtual');
    expect(client).to.deep.include({ forcePathStyle: false });
    expect(client.credentials).to.deep.equal({ accessKeyId: 'a:b', secretAccessKey: 'c/d+' });
  });

  for (const url of [
    'media',
    'ftp://host/media',
    'https://host',
    'https://host/UPPER',
    'https://key@host/media',
    'https://:secret@host/media',
    's3://media:9000',
    'https://host/media?acl=public',
    'https://host/media?addressing=other',
    'https://host/media#x',
    'https://a%:b@host/media',
  ]) {
    it(`does not take ${url}, and says why without repeating it`, () => {
      expect(() => parseS3Url(url))
        .to.throw(/must|knows/)
        .with.property('message')
        .that.does.not.include('secret@');
    });
  }
});
