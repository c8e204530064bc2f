/** Knative's source of events from a RabbitMQ queue (knative-extensions/eventing-rabbitmq), as far as we use it. */
import type { Metadata } from './metadata.js';

export interface IRabbitmqSource {
  readonly apiVersion: 'sources.knative.dev/v1alpha1';
  readonly kind: 'RabbitmqSource';
  readonly metadata: Metadata;
  readonly spec: {
    readonly rabbitmqClusterReference:
      | { readonly name: string; readonly namespace?: string }
      | { readonly connectionSecret: { readonly name: string } };
    readonly rabbitmqResourcesConfig: {
      readonly queueName: string;
      readonly exchangeName?: string;
      readonly vhost?: string;
      readonly predeclared?: boolean;
      readonly parallelism?: number;
    };
    readonly delivery?: {
      readonly retry?: number;
      readonly backoffPolicy?: 'linear' | 'exponential';
      readonly backoffDelay?: string;
    };
    readonly sink: {
      readonly uri?: string;
      readonly ref?: {
        readonly apiVersion: string;
        readonly kind: string;
        readonly name: string;
        readonly namespace?: string;
      };
    };
    readonly serviceAccountName?: string;
  };
}
