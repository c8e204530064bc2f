/** Every manifest fits its kind, what it names is there, and its pods are hardened; and what is wrong is found. */

import { basename, join } from 'node:path';
import { expect } from 'chai';
import { misfits } from './fields.js';
import { extras, K8S, type Manifest, readManifests, type Tree } from './manifests.js';
import { softSpots } from './rules/hardening.js';
import { brokenReferences } from './rules/references.js';

const base = readManifests(K8S);
const clusters = [...base, ...readManifests(join(K8S, 'addons/ha'))];

/** The base, or what it is part of, with one thing changed in the object of that name. */
function broken(name: string, change: (object: Tree) => void, all = base): readonly Manifest[] {
  const copies = structuredClone(all) as Manifest[];
  const found = copies.find(manifest => manifest.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  change(found.object);
  return copies;
}

const container = (object: Tree): Tree => object.spec.template.spec.containers[0];

describe('the manifests', () => {
  it('have fields and values that their kinds know', async () => {
    expect(await misfits(base)).to.deep.equal([]);
    expect(await misfits(extras().flatMap(readManifests))).to.deep.equal([]);
  });

  it('refer to nothing that is not there, and only to ports that are open', () => {
    expect(brokenReferences(base)).to.deep.equal([]);
  });

  for (const folder of extras()) {
    it(`refer to nothing that is not there with ${basename(folder)} added`, () => {
      expect(brokenReferences([...base, ...readManifests(folder)])).to.deep.equal([]);
    });
  }

  it('make pods that keep to the restricted standard, ask for what they need, and show no password', () => {
    expect(softSpots([...base, ...extras().flatMap(readManifests)])).to.deep.equal([]);
  });
});

describe('a manifest that is wrong', () => {
  const MISFITS: Readonly<Record<string, [string, (object: Tree) => void]>> = {
    'an unknown field': ['Deployment/gateway', object => (object.spec.replcas = 2)],
    'a field in the wrong place': ['Deployment/gateway', object => (object.spec.template.spec.replicas = 2)],
    'a missing field': ['Deployment/gateway', object => delete object.spec.selector],
    'a text for a number': ['Deployment/gateway', object => (object.spec.replicas = 'two')],
    'a value that is not on the list': [
      'Deployment/gateway',
      object => (container(object).imagePullPolicy = 'Sometimes'),
    ],
    'a quantity that is none': ['Deployment/gateway', object => (container(object).resources.limits.memory = 'much')],
    'a kind that nobody knows': ['Service/gateway', object => (object.kind = 'Servise')],
  };
  for (const [fault, [name, change]] of Object.entries(MISFITS)) {
    it(`is found: ${fault}`, async () => {
      const all = broken(name, change);
      expect(await misfits(all.filter(({ object }, place) => object !== base[place]!.object))).to.not.be.empty;
    });
  }

  const DANGLING: Readonly<Record<string, [string, (object: Tree) => void]>> = {
    'a selector that its pods do not fit': [
      'Deployment/gateway',
      object => (object.spec.selector.matchLabels = { a: 'b' }),
    ],
    'a Service for no pods': ['Service/gateway', object => (object.spec.selector = { a: 'b' })],
    'a Service for a port that is closed': ['Service/gateway', object => (object.spec.ports[0].targetPort = 81)],
    'another namespace': ['Service/gateway', object => (object.metadata.namespace = 'elsewhere')],
    'a ConfigMap of another name': ['ConfigMap/app-config', object => (object.metadata.name = 'config')],
    'a Secret of another name': ['Secret/jwt-keys', object => (object.metadata.name = 'keys')],
    'a volume that is not mounted': ['Deployment/gateway', object => delete container(object).volumeMounts],
    'a probe of a closed port': ['Deployment/gateway', object => (container(object).readinessProbe.httpGet.port = 81)],
    'an account that is not there': [
      'Deployment/gateway',
      object => (object.spec.template.spec.serviceAccountName = 'x'),
    ],
    'a scaler of something else': [
      'HorizontalPodAutoscaler/gateway',
      object => (object.spec.scaleTargetRef.name = 'x'),
    ],
    'a budget for no pods': ['PodDisruptionBudget/gateway', object => (object.spec.selector.matchLabels = { a: 'b' })],
  };
  for (const [fault, [name, change]] of Object.entries(DANGLING)) {
    it(`is found: ${fault}`, () => expect(brokenReferences(broken(name, change))).to.not.be.empty);
  }

  const UNCERTIFIED: Readonly<Record<string, [string, (object: Tree) => void]>> = {
    'a certificate that nobody signs': ['Certificate/redis-ha', object => (object.spec.issuerRef.name = 'x')],
    'an authority without a certificate': ['Issuer/servers', object => (object.spec.ca.secretName = 'x')],
    'a cluster without a certificate': ['RabbitmqCluster/rabbitmq-ha', object => (object.spec.tls.secretName = 'x')],
    'a certificate for a Secret of another name': ['Certificate/redis-ha', object => (object.spec.secretName = 'x')],
    'an unknown key of such a Secret': [
      'Deployment/redis-ha',
      object => (object.spec.template.spec.volumes[1].secret.items[0].key = 'ca.pem'),
    ],
  };
  for (const [fault, [name, change]] of Object.entries(UNCERTIFIED)) {
    it(`is found: ${fault}`, () => expect(brokenReferences(broken(name, change, clusters))).to.not.be.empty);
  }
  it('is found: an unknown field of a Certificate', async () => {
    const wrong = broken('Certificate/redis-ha', object => (object.spec.dnsName = 'redis-ha'), clusters);
    expect(await misfits(wrong.filter(({ name }) => name === 'Certificate/redis-ha'))).to.not.be.empty;
  });

  const SOFT: Readonly<Record<string, [string, (object: Tree) => void]>> = {
    'a container that may write': ['Deployment/gateway', object => delete container(object).securityContext],
    'a pod that may be root': ['Deployment/gateway', object => delete object.spec.template.spec.securityContext],
    'no limit': ['Deployment/gateway', object => delete container(object).resources.limits],
    'no probe': ['Deployment/gateway', object => delete container(object).readinessProbe],
    'a floating tag': ['Deployment/gateway', object => (container(object).image = 'minitelegram/gateway:latest')],
    'a password in a ConfigMap': [
      'ConfigMap/app-config',
      object => (object.data.DSN = 'postgres://minitelegram:secret@postgres:5432/minitelegram'),
    ],
    'a token for everybody': ['ServiceAccount/gateway', object => delete object.automountServiceAccountToken],
  };
  for (const [fault, [name, change]] of Object.entries(SOFT)) {
    it(`is found: ${fault}`, () => expect(softSpots(broken(name, change))).to.not.be.empty);
  }
});
