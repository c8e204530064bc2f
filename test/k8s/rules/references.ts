/** Whatever one manifest says of another one is there: names, keys, labels and ports. One line for each that is not. */
import { containersOf, type Manifest, namespaceOf, ofKind, podOf, type Tree } from '../manifests.js';

type Rule = (all: readonly Manifest[]) => readonly string[];

const at = ({ file, name }: Manifest): string => `${file}: ${name}`;

function find(all: readonly Manifest[], kind: string, name: string, namespace: string): Manifest | undefined {
  return ofKind(all, kind).find(
    manifest => manifest.object.metadata.name === name && namespaceOf(manifest) === namespace,
  );
}

const matches = (selector: Record<string, string>, labels: Record<string, string>): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** The workloads in the namespace whose pods the selector chooses. */
const chosen = (all: readonly Manifest[], selector: Record<string, string>, namespace: string) =>
  all.filter(each => namespaceOf(each) === namespace && podOf(each) && matches(selector, podOf(each)!.labels));

const portsOf = (pod: Tree): readonly Tree[] => containersOf(pod).flatMap(container => container.ports ?? []);

const named = (ports: readonly Tree[], port: string | number): boolean =>
  ports.some(({ name, containerPort }) => name === port || containerPort === port);

const CLUSTER_WIDE = ['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'ClusterIssuer'];

const namespaces: Rule = all =>
  all
    .filter(({ object }) => !CLUSTER_WIDE.includes(object.kind))
    .filter(manifest => !ofKind(all, 'Namespace').some(each => each.object.metadata.name === namespaceOf(manifest)))
    .map(manifest => `${at(manifest)} is in the namespace ${namespaceOf(manifest)}, which is not there`);

const twice: Rule = all => {
  const seen = new Map<string, Manifest>();
  return all.flatMap(manifest => {
    const key = `${manifest.object.apiVersion} ${manifest.name} ${namespaceOf(manifest)}`;
    const other = seen.get(key);
    seen.set(key, manifest);
    const same = other && JSON.stringify(other.object) === JSON.stringify(manifest.object);
    return other && !same ? [`${at(manifest)} says something else than ${other.file}`] : [];
  });
};

const ownPods: Rule = all =>
  ofKind(all, 'Deployment', 'StatefulSet').flatMap(manifest => {
    const selector = manifest.object.spec.selector?.matchLabels ?? {};
    return matches(selector, podOf(manifest)!.labels) ? [] : [`${at(manifest)} does not select its own pods`];
  });

const services: Rule = all =>
  ofKind(all, 'Service')
    .filter(({ object }) => object.apiVersion === 'v1' && object.spec.selector)
    .flatMap(manifest => {
      const pods = chosen(all, manifest.object.spec.selector, namespaceOf(manifest)).map(each => podOf(each)!.spec);
      if (pods.length === 0) return [`${at(manifest)} selects no pods`];
      return manifest.object.spec.ports
        .map(({ port, targetPort = port }: Tree) => targetPort)
        .filter((port: string | number) => !pods.every(pod => named(portsOf(pod), port)))
        .map((port: string | number) => `${at(manifest)} leads to port ${port}, which its pods do not have`);
    });

/** The keys of a Secret that cert-manager fills. */
const CERTIFIED = ['tls.crt', 'tls.key', 'ca.crt'];
const certifies = (all: readonly Manifest[], secret: string, namespace: string): boolean =>
  ofKind(all, 'Certificate').some(each => each.object.spec.secretName === secret && namespaceOf(each) === namespace);

const certificates: Rule = all => [
  ...ofKind(all, 'Certificate').flatMap(manifest => {
    const { kind = 'Issuer', name } = manifest.object.spec.issuerRef;
    const there = ofKind(all, kind).some(
      each => each.object.metadata.name === name && (kind !== 'Issuer' || namespaceOf(each) === namespaceOf(manifest)),
    );
    return there ? [] : [`${at(manifest)} is to be signed by the ${kind} ${name}, which is not there`];
  }),
  ...ofKind(all, 'Issuer', 'RabbitmqCluster').flatMap(manifest => {
    const { ca, tls } = manifest.object.spec;
    return [ca?.secretName, tls?.secretName, tls?.caSecretName]
      .filter(name => name !== undefined && !certifies(all, name, namespaceOf(manifest)))
      .map(name => `${at(manifest)} needs the Secret ${name}, which no Certificate makes`);
  }),
];

const keys: Rule = all => {
  const scripts = ofKind(all, 'ConfigMap').flatMap(({ object }) => Object.values<string>(object.data ?? {}));
  return all.flatMap(manifest => {
    const pod = podOf(manifest);
    if (!pod) return [];
    const namespace = namespaceOf(manifest);
    const missing = (kind: string, name: string, key?: string): readonly string[] => {
      const source = find(all, kind, name, namespace);
      if (kind === 'Secret' && (key === undefined || CERTIFIED.includes(key)) && certifies(all, name, namespace))
        return [];
      if (!source) return [`${at(manifest)} needs the ${kind} ${name}, which is not there`];
      const { data, stringData, binaryData } = source.object;
      const has = Object.keys({ ...data, ...stringData, ...binaryData });
      // An empty Secret is filled in the cluster, by a script that names its keys.
      const there =
        has.length > 0 || kind !== 'Secret' ? has.includes(key ?? '') : scripts.some(text => text.includes(`'${key}'`));
      return key === undefined || there ? [] : [`${at(manifest)} needs ${key} of the ${kind} ${name}`];
    };
    const kinds = [
      ['configMap', 'ConfigMap'],
      ['secret', 'Secret'],
    ] as const;
    const variables = containersOf(pod.spec).flatMap(container => [
      ...(container.env ?? []).flatMap(({ valueFrom }: Tree) =>
        kinds.flatMap(([member, kind]) => {
          const reference = valueFrom?.[`${member}KeyRef`];
          return reference ? missing(kind, reference.name, reference.key) : [];
        }),
      ),
      ...(container.envFrom ?? []).flatMap((source: Tree) =>
        kinds.flatMap(([member, kind]) => (source[`${member}Ref`] ? missing(kind, source[`${member}Ref`].name) : [])),
      ),
    ]);
    const volumes = (pod.spec.volumes ?? []).flatMap((volume: Tree) => {
      const { configMap, secret, persistentVolumeClaim: claim } = volume;
      const items = (source: Tree): readonly (string | undefined)[] =>
        source.items?.map(({ key }: Tree) => key) ?? [undefined];
      if (configMap) return items(configMap).flatMap(key => missing('ConfigMap', configMap.name, key));
      if (secret) return items(secret).flatMap(key => missing('Secret', secret.secretName, key));
      return claim ? missing('PersistentVolumeClaim', claim.claimName) : [];
    });
    return [...variables, ...volumes];
  });
};

const mounts: Rule = all =>
  all.flatMap(manifest => {
    const pod = podOf(manifest);
    if (!pod) return [];
    const claims = manifest.object.spec.volumeClaimTemplates ?? [];
    const there = [
      ...(pod.spec.volumes ?? []).map(({ name }: Tree) => name),
      ...claims.map(({ metadata }: Tree) => metadata.name),
    ];
    const used = containersOf(pod.spec).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }: Tree) => name));
    return [
      ...used.filter(name => !there.includes(name)).map(name => `${at(manifest)} mounts ${name}, which is no volume`),
      ...there.filter(name => !used.includes(name)).map(name => `${at(manifest)} mounts the volume ${name} nowhere`),
    ];
  });

const probes: Rule = all =>
  all.flatMap(manifest =>
    containersOf(podOf(manifest)?.spec ?? { containers: [] }).flatMap(container =>
      ['livenessProbe', 'readinessProbe', 'startupProbe']
        .map(name => (container[name]?.httpGet ?? container[name]?.tcpSocket)?.port)
        .filter(port => port !== undefined && !named(container.ports ?? [], port))
        .map(port => `${at(manifest)} probes port ${port}, which ${container.name} does not have`),
    ),
  );

const accounts: Rule = all =>
  all.flatMap(manifest => {
    const name = podOf(manifest)?.spec.serviceAccountName;
    if (name === undefined || find(all, 'ServiceAccount', name, namespaceOf(manifest))) return [];
    return [`${at(manifest)} runs as ${name}, which is no ServiceAccount`];
  });

const roles: Rule = all =>
  ofKind(all, 'RoleBinding').flatMap(manifest => {
    const { roleRef, subjects } = manifest.object;
    const wanted = [roleRef, ...subjects.filter(({ kind }: Tree) => kind === 'ServiceAccount')];
    return wanted
      .filter(({ kind, name, namespace = namespaceOf(manifest) }: Tree) => !find(all, kind, name, namespace))
      .map(({ kind, name }: Tree) => `${at(manifest)} names the ${kind} ${name}, which is not there`);
  });

const targets: Rule = all =>
  ofKind(all, 'HorizontalPodAutoscaler', 'ScaledObject').flatMap(manifest => {
    const { kind = 'Deployment', name } = manifest.object.spec.scaleTargetRef;
    return find(all, kind, name, namespaceOf(manifest))
      ? []
      : [`${at(manifest)} scales ${kind}/${name}, which is not there`];
  });

const selectors: Rule = all =>
  ofKind(all, 'PodDisruptionBudget', 'NetworkPolicy').flatMap(manifest => {
    const { selector, podSelector = selector } = manifest.object.spec;
    const pods = chosen(all, podSelector?.matchLabels ?? {}, namespaceOf(manifest));
    return pods.length || podSelector?.matchExpressions ? [] : [`${at(manifest)} selects no pods`];
  });

/** Of pods that somebody else makes or adds to, an operator or Knative, nothing is known. */
const wayIns: Rule = all =>
  ofKind(all, 'NetworkPolicy').flatMap(manifest => {
    const { podSelector, ingress = [] } = manifest.object.spec;
    const workloads = chosen(all, podSelector?.matchLabels ?? {}, namespaceOf(manifest));
    if (
      podSelector?.matchExpressions ||
      workloads.length === 0 ||
      workloads.some(({ object }) => /knative/.test(object.apiVersion))
    )
      return [];
    return ingress
      .flatMap((rule: Tree) => rule.ports ?? [])
      .map(({ port }: Tree) => port)
      .filter((port: string | number) => !workloads.some(each => named(portsOf(podOf(each)!.spec), port)))
      .map((port: string | number) => `${at(manifest)} opens port ${port}, which no pod of it has`);
  });

const RULES = [
  ...[
    namespaces,
    twice,
    ownPods,
    services,
    keys,
    mounts,
    probes,
    accounts,
    roles,
    targets,
    selectors,
    wayIns,
    certificates,
  ],
];

export const brokenReferences: Rule = all => RULES.flatMap(rule => rule(all));
