/** Fan-out within one process: emissions are carried out before `emit` returns, in the order of the calls. */
import type { FanoutReceiver } from '../../contract/ports.js';
import type { GatewayFanout } from '../socketio/gateway-fanout.js';

export function memoryFanout(): GatewayFanout {
  const receivers: FanoutReceiver[] = [];
  return {
    name: 'fanout',
    state: () => 'up',
    close: async () => {},
    attach: ({ receiver }) => void receivers.push(receiver),
    current: () => true,
    emit: async emissions => {
      for (const receiver of receivers) receiver.apply(emissions);
    },
  };
}
