/** A Secret that only the controller in the cluster can read (bitnami-labs/sealed-secrets). */
import type { Metadata } from './metadata.js';

export interface ISealedSecret {
  readonly apiVersion: 'bitnami.com/v1alpha1';
  readonly kind: 'SealedSecret';
  readonly metadata: Metadata;
  readonly spec: {
    readonly encryptedData: Readonly<Record<string, string>>;
    readonly template?: { readonly metadata?: Metadata; readonly type?: string };
  };
}
