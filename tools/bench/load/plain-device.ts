/** A plain socket.io-client behind the same face, to see what the lean one saves, and that both see the same server. */
import { io } from 'socket.io-client';
import type { Connect, Device, Fields } from './device.js';

export const connectPlain: Connect = (url, token) =>
  new Promise((resolve, reject) => {
    const socket = io(url, { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false });
    const device: Device = {
      ask: (event, data, answered) => void socket.emit(event, data, (answer: object) => answered(fieldsOf(answer))),
      onEvent: () => {},
      onLost: () => {},
      close: () => {
        device.onLost = () => {};
        socket.disconnect();
      },
    };
    socket.onAny((event: string, data: object) => device.onEvent(event, fieldsOf(data)));
    socket.once('connect', () => resolve(device));
    socket.once('connect_error', reject);
    socket.once('disconnect', reason => device.onLost(reason));
  });

function fieldsOf(value: object & { data?: object }): Fields {
  return name => {
    const found: unknown = Reflect.get(value, name) ?? (value.data && Reflect.get(value.data, name));
    return found === undefined ? undefined : String(found);
  };
}
