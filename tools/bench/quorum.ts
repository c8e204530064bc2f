/** What a queue is declared with that is replicated and consumed by one at a time, as the product's are. */
export const QUORUM_ARGUMENTS = { 'x-queue-type': 'quorum', 'x-single-active-consumer': true } as const;
