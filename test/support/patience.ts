/** A server that is not there refuses at once; one that has much to do for other tests takes its time to answer. */
export const ANSWER_MS = 40_000;
