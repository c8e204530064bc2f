/** Hosting of functions that were written for Knative's Node.js runtime, for programs that embed it. */
export * from 'function-runtime/knative';
