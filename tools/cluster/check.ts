/** Does what is to be checked, and says that it held; a check that does not hold throws. */
export type Check = <Result>(what: string, work: () => Promise<Result>) => Promise<Result>;
