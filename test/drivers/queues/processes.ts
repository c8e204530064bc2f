/** Processes that share a broker, as the stories of the queues' contract have them: each test's are closed after it. */
import type { Queues } from '#runtime/contract/ports.js';

export interface TestedBroker {
  /** The driver of another process. */
  connect(): Promise<Queues>;
  /** A queue name that nobody uses. */
  fresh(): string;
  deadLetters(queue: string): Promise<readonly { readonly body: string; readonly reason: string }[]>;
}

export interface Processes extends Pick<TestedBroker, 'connect' | 'fresh' | 'deadLetters'> {
  /** Declares a queue of that kind, and tells its name. */
  queue(queues: Queues, ordered: boolean): Promise<string>;
}

/** To be called in the suite whose tests use them. */
export function processesOn(open: () => Promise<TestedBroker>): Processes {
  let broker: TestedBroker;
  let processes: Queues[];

  before(async () => {
    broker = await open();
  });
  beforeEach(() => {
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map(queues => queues.close()));
  });

  return {
    fresh: () => broker.fresh(),
    deadLetters: name => broker.deadLetters(name),
    async connect() {
      const queues = await broker.connect();
      processes.push(queues);
      return queues;
    },
    async queue(queues, ordered) {
      const name = broker.fresh();
      await queues.declare([{ name, ordered }]);
      return name;
    },
  };
}
