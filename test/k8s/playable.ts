/**
 * `node playable.js FOLDER`: writes what podman can play of k8s/ into the folder, the servers apart from the images, which
 * want to find them. Left out is what only an API server has a use for. podman 4 cannot clear away init containers, so
 * `migrate` is run by itself between the two; it cannot mount Secrets, so the key comes from the folder, and where all
 * Secrets are optional there are none; and it has no Jobs with an account, so the passwords are made here.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { K8S, type Manifest, ofKind, podOf, readManifests, type Tree } from './manifests.js';

const [folder = '.'] = process.argv.slice(2);
const all = readManifests(K8S);

function secret(name: string, stringData: Readonly<Record<string, string>>): Tree {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'minitelegram' }, stringData };
}

const password = (): string => randomBytes(24).toString('base64url');
const keys = resolve(folder, 'keys');
const postgres = password();
const secrets = [
  secret('app-credentials', {
    'postgres-password': postgres,
    'redis-password': password(),
    'rabbitmq-password': password(),
  }),
];

function played({ object }: Manifest): Tree {
  const copy = structuredClone(object);
  const pod = copy.spec.template.spec;
  delete pod.initContainers;
  for (const volume of pod.volumes ?? []) {
    if (volume.secret?.secretName === 'jwt-keys') {
      delete volume.secret;
      volume.hostPath = { path: keys };
    }
    if (volume.projected?.sources.every(({ secret }: Tree) => secret?.optional)) {
      delete volume.projected;
      volume.emptyDir = {};
    }
  }
  return copy;
}

const settings = ofKind(all, 'ConfigMap').map(({ object }) => object);
const shared = ofKind(all, 'PersistentVolumeClaim', 'Service').map(({ object }) => object);
const servers = ofKind(all, 'StatefulSet').map(({ object }) => object);
const images = ofKind(all, 'Deployment').filter(podOf).map(played);

mkdirSync(keys);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
writeFileSync(join(keys, 'es256.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
const write = (name: string, objects: readonly Tree[]): void =>
  writeFileSync(join(folder, name), objects.map(object => JSON.stringify(object)).join('\n---\n'));
write('servers.yaml', [...secrets, ...settings, ...shared, ...servers]);
write('images.yaml', [...settings, ...shared, ...images]);
const { DSN } = settings.find(object => object.metadata.name === 'app-config')!.data;
writeFileSync(join(folder, 'migrate.env'), `DSN=${DSN}\nDSN_PASSWORD=${postgres}\n`, { mode: 0o600 });
