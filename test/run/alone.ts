/**
 * Test files that run when nothing else does, since they look at how long something takes, which is what a contract says or
 * all that can be seen of a mechanism. Each costs a run its whole time: tests that can wait for a condition do not belong here.
 */
export const ALONE: Readonly<Record<string, string>> = {
  'drivers/passwords': 'an account that exists takes as long to refuse as one that does not',
  'e2e/config': 'a process that cannot be configured ends within two seconds',
  'e2e/restart': 'a second start takes less than three seconds',
  'fuzz/fuzz': 'whoever stands by while a flood comes in is answered within 15 seconds, on a slow machine too',
};
