/** What every pod of ours keeps to: the restricted Pod Security Standard, and what a careful operator asks besides. */
import { containersOf, type Manifest, ofKind, podOf, type Tree } from '../manifests.js';

const at = ({ file, name }: Manifest): string => `${file}: ${name}`;

/** A password where everybody may read it: in a URL, or under its own name. */
const IN_URL = /:\/\/[^\s/@:]*:[^\s/@]+@/;
const NAMED = /password|secret|token/i;

type Check = (container: Tree, pod: Tree) => boolean;

const CONTAINER: Readonly<Record<string, Check>> = {
  'may gain privileges': ({ securityContext }) => securityContext?.allowPrivilegeEscalation === false,
  'keeps capabilities': ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') === true,
  'may run as root': ({ securityContext }, pod) =>
    (securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) === true,
  'has no seccomp profile': ({ securityContext }, pod) =>
    (securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile)?.type === 'RuntimeDefault',
  'may write into its image': ({ securityContext }) => securityContext?.readOnlyRootFilesystem === true,
  'asks for no CPU and memory': ({ resources }) => Boolean(resources?.requests?.cpu && resources.requests.memory),
  'may take all memory': ({ resources }) => Boolean(resources?.limits?.memory),
  'has an image without a fixed tag': ({ image }) => /:[^:/]+$/.test(image) && !image.endsWith(':latest'),
};

const SERVER: Readonly<Record<string, Check>> = {
  'says nothing of its life': ({ livenessProbe }) => Boolean(livenessProbe),
  'says nothing of its readiness': ({ readinessProbe }) => Boolean(readinessProbe),
};

export function softSpots(manifests: readonly Manifest[]): readonly string[] {
  return [...manifests.flatMap(softSpotsOf), ...passwords(manifests), ...unprotected(manifests)];
}

function softSpotsOf(manifest: Manifest): readonly string[] {
  const pod = podOf(manifest);
  if (!pod) return [];
  const serves = manifest.object.kind !== 'Job';
  const broken = (container: Tree, checks: Readonly<Record<string, Check>>) =>
    Object.entries(checks)
      .filter(([, kept]) => !kept(container, pod.spec))
      .map(([fault]) => `${at(manifest)}: ${container.name} ${fault}`);
  return [
    ...containersOf(pod.spec).flatMap(container => broken(container, CONTAINER)),
    ...(serves ? pod.spec.containers.flatMap((container: Tree) => broken(container, SERVER)) : []),
    ...(pod.spec.serviceAccountName ? [] : [`${at(manifest)} runs as the default account`]),
    ...(['hostNetwork', 'hostPID', 'hostIPC'] as const)
      .filter(name => pod.spec[name])
      .map(name => `${at(manifest)} has ${name}`),
  ];
}

const passwords = (manifests: readonly Manifest[]): readonly string[] =>
  ofKind(manifests, 'ConfigMap').flatMap(manifest =>
    Object.entries(manifest.object.data ?? {})
      .filter(([key, value]) => IN_URL.test(String(value)) || NAMED.test(key))
      .map(([key]) => `${at(manifest)} shows a password in ${key}`),
  );

/** Who has no token of the cluster's has none to lose; the one who needs it mounts it in the pod. */
const unprotected = (manifests: readonly Manifest[]): readonly string[] =>
  ofKind(manifests, 'ServiceAccount')
    .filter(({ object }) => object.automountServiceAccountToken !== false)
    .map(manifest => `${at(manifest)} hands its token to every pod`);
