/**
 * Test files that run when nothing else does, since they look at how long something takes, which is what a contract says or
 * all that can be seen of a mechanism. Each costs a run its whole time: tests that can wait for a condition do not belong here.
 */
export const ALONE: Readonly<Record<string, string>> = {
  'drivers/fanout': 'what counts as current is so for this long, and no longer',
  'drivers/passwords': 'an account that exists takes as long to refuse as one that does not',
  'drivers/socketio/connections': 'who does not answer pings is gone after this long',
  'drivers/socketio/draining': 'a drain ends in its time',
  'drivers/socketio/pings': 'pings come at their times',
  'e2e/config': 'a process that cannot be configured ends within two seconds',
  'e2e/restart': 'a second start takes less than three seconds',
  'runtime/http/limits': 'connections are cut in their time, and beyond the limit at once',
};
