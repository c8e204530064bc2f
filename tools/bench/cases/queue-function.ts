import type { Case } from '../bench-case.js';
import { queueSide } from '../sides/queue.js';

export const queueSingle: Case = {
  name: 'queue-single',
  summary:
    'A queue function, one message at a time, 50,000 of 200 bytes from a quorum queue, all acknowledged, after as many to warm up',
  unit: 'message',
  ours: queueSide('ours', 'ours', 1),
  peer: queueSide('bare amqplib', 'bare', 1),
  goals: [{ of: 'consumer CPU µs/message', as: 'ratio', atMost: 1.5 }],
};

export const queueSingleNest: Case = {
  ...queueSingle,
  name: 'queue-single-nest',
  peer: queueSide('Nest', 'nest', 1),
  goals: [{ of: 'consumer CPU µs/message', as: 'ratio', atMost: 0.6 }],
};

export const queueBatch: Case = {
  name: 'queue-batch',
  summary:
    'A queue function on batches of up to 500, 50,000 messages of 200 bytes, all acknowledged, after as many to warm up',
  unit: 'message',
  ours: queueSide('ours', 'ours', 500),
  peer: queueSide('bare amqplib', 'bare', 500),
  goals: [{ of: 'consumer CPU µs/message', as: 'ratio', atMost: 0.8 }],
};

export const factsUnheard: Case = {
  name: 'facts-unheard',
  summary:
    'The function of queue-batch, which tells each item as a fact that nobody subscribes to, and the same without facts',
  unit: 'message',
  ours: queueSide('with facts', 'ours', 500, true),
  peer: queueSide('without', 'ours', 500),
  goals: [{ of: 'consumer CPU µs/message', as: 'ratio', atMost: 1.1 }],
};
