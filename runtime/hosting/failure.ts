/** A request that is answered with an error document, in the words and codes that clients of Knative functions know. */

export class HttpFailure extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }
}

export const bodyTooLarge = (): HttpFailure =>
  new HttpFailure(413, 'Request body is too large', 'FST_ERR_CTP_BODY_TOO_LARGE');

export const emptyJson = (): HttpFailure =>
  new HttpFailure(
    400,
    "Body cannot be empty when content-type is set to 'application/json'",
    'FST_ERR_CTP_EMPTY_JSON_BODY',
  );

export const badStatus = (status: unknown): HttpFailure =>
  new HttpFailure(500, `Called reply with an invalid status code: ${String(status)}`, 'FST_ERR_BAD_STATUS_CODE');

export const badPayload = (payload: unknown): HttpFailure =>
  new HttpFailure(
    500,
    `Attempted to send payload of invalid type '${typeof payload}'. Expected a string or Buffer.`,
    'FST_ERR_REP_INVALID_PAYLOAD_TYPE',
  );
