/** A RabbitMQ cluster as its operator (rabbitmq/cluster-operator) makes it, as far as we use it. */
import type { IResourceRequirements } from 'kubernetes-models/v1/ResourceRequirements';
import type { Metadata } from './metadata.js';

export interface IRabbitmqCluster {
  readonly apiVersion: 'rabbitmq.com/v1beta1';
  readonly kind: 'RabbitmqCluster';
  readonly metadata: Metadata;
  readonly spec: {
    readonly replicas: number;
    readonly image?: string;
    readonly secretBackend?: { readonly externalSecret: { readonly name: string } };
    readonly tls?: {
      readonly secretName?: string;
      readonly caSecretName?: string;
      readonly disableNonTLSListeners?: boolean;
    };
    readonly persistence?: { readonly storage?: string; readonly storageClassName?: string };
    readonly resources?: IResourceRequirements;
    readonly terminationGracePeriodSeconds?: number;
    readonly rabbitmq?: {
      readonly additionalConfig?: string;
      readonly advancedConfig?: string;
      readonly additionalPlugins?: readonly string[];
    };
    /** Merged into what the operator makes; its own type leaves it open. */
    readonly override?: { readonly statefulSet?: object; readonly service?: object };
  };
}
