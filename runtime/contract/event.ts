/** The one envelope that every function takes, whatever brought it: a CloudEvent 1.0 with JSON data. */

/**
 * What every function takes, whatever brought it: a CloudEvent 1.0 with JSON data, checked against the function's
 * `input`.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 *
 * @example
 * const customerOf = (placed: Event<Order>): string => placed.data.customer;
 */
export interface Event<Data = unknown> {
  readonly specversion: '1.0';
  /** Unique per source: a second event with the same source and id is the same event. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** ISO 8601 */
  readonly time?: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  /** W3C trace context, as the CloudEvents distributed tracing extension names it. */
  readonly traceparent?: string;
  readonly data: Data;
}
