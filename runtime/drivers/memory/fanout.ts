/**
 * Fan-out within one process: steps are carried out before `emit` returns, in the order of the calls; replies arrive
 * when whoever sends them has gone on.
 */
import type { FanoutReceiver } from '../../contract/ports.js';
import type { GatewayFanout } from '../socketio/gateway-fanout.js';

const ADDRESS = 'this process';

export function memoryFanout(): GatewayFanout {
  const receivers: FanoutReceiver[] = [];
  let onReply: (replies: readonly unknown[]) => void = () => {};
  return {
    name: 'fanout',
    state: () => 'up',
    close: async () => {},
    attach: ({ receiver }) => void receivers.push(receiver),
    current: () => true,
    emit: async steps => {
      for (const receiver of receivers) receiver.apply(steps);
    },
    address: () => ADDRESS,
    reply: (address, replies) => {
      if (address === ADDRESS) setImmediate(() => onReply(replies));
    },
    onReply: receive => {
      onReply = receive;
    },
  };
}
