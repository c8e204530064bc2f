/** What an S3 server's answers mean to us. */
import { S3ServiceException } from '@aws-sdk/client-s3';
import { Failure } from '../../contract/failure.js';

export const isAbsent = (thrown: unknown): boolean =>
  thrown instanceof S3ServiceException && (thrown.name === 'NoSuchKey' || thrown.name === 'NotFound');

export const isGone = (thrown: unknown): boolean => thrown instanceof Failure && thrown.code === 'not_found';

/** A server that is away, slow, refuses us or is broken may be well another time; whatever else is thrown stays what it is. */
export function unavailable(thrown: unknown): unknown {
  if (thrown instanceof Failure) return thrown;
  const status = thrown instanceof S3ServiceException ? (thrown.$metadata.httpStatusCode ?? 0) : 0;
  const passes = thrown instanceof S3ServiceException ? status !== 400 && status !== 416 : isNetworks(thrown);
  return passes
    ? new Failure('unavailable', 'files cannot be kept or read now', { cause: thrown, retryAfterMs: 1_000 })
    : thrown;
}

/** Of the connection, of the name or of time: Node's own errors and the SDK's. */
function isNetworks(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const { code } = thrown as NodeJS.ErrnoException;
  return (
    typeof code === 'string' ||
    thrown.message === 'the answer ended too soon' ||
    /Timeout|Abort|Credentials|Network/.test(thrown.name)
  );
}

/** For an operator, without what was asked. */
export const wordOf = (thrown: unknown): string => {
  const { name, code } = thrown as { name?: string; code?: string };
  const status = thrown instanceof S3ServiceException ? thrown.$metadata.httpStatusCode : undefined;
  return [code ?? name ?? 'trouble', ...(status === undefined ? [] : [String(status)])].join(' ');
};
