/**
 * A lean Socket.IO client: one TCP connection, WebSocket and Engine.IO 4 by hand, JSON searched and not
 * parsed. What is emitted in one turn of the event loop leaves in one write. It understands what a Socket.IO server
 * sends to a default client.
 */
import { connect as dial } from 'node:net';
import type { Connect, Device, Fields } from './device.js';
import { frameReader, textFrame } from './frames.js';

const HANDSHAKE =
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: load\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
  'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';

export const connectRaw: Connect = (url, token) =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = dial({ host: hostname, port: Number(port), noDelay: true });
    const answers = new Map<number, (answer: Fields) => void>();
    let asked = 0;
    let out = '';

    function send(text: string): void {
      if (out === '') queueMicrotask(flush);
      out += textFrame(text);
    }
    function flush(): void {
      socket.write(out, 'latin1');
      out = '';
    }
    const lost = (reason: string): void => {
      socket.destroy();
      reject(new Error(reason));
      device.onLost(reason);
    };
    const device: Device = {
      ask(event, data, answered) {
        answers.set(++asked, answered);
        send(`42${asked}["${event}",${JSON.stringify(data)}]`);
      },
      onEvent: () => {},
      onLost: () => {},
      close() {
        device.onLost = () => {};
        socket.destroy();
      },
    };
    function packet(text: string): void {
      if (text.startsWith('42')) device.onEvent(text.slice(4, text.indexOf('"', 4)), fieldsOf(text));
      else if (text.startsWith('43')) answer(text);
      else if (text === '2') send('3');
      else if (text.startsWith('0')) send(`40${JSON.stringify({ token })}`);
      else if (text.startsWith('40')) resolve(device);
      else lost(`the server said ${text.slice(0, 200)}`);
    }
    function answer(text: string): void {
      const start = text.indexOf('[');
      const number = Number(text.slice(2, start));
      answers.get(number)?.(fieldsOf(text));
      answers.delete(number);
    }

    socket.once('connect', () => socket.write(HANDSHAKE, 'latin1'));
    socket.on('data', frameReader(packet, lost));
    socket.once('error', error => lost(error.message));
    socket.once('close', () => lost('the connection was closed'));
  });

/** Good enough for members that are numbers, words, or text without quotes. */
function fieldsOf(text: string): Fields {
  return name => {
    const mark = `"${name}":`;
    const found = text.indexOf(mark);
    if (found < 0) return undefined;
    const start = found + mark.length;
    if (text[start] === '"') return text.slice(start + 1, text.indexOf('"', start + 1));
    return /^[^,}\]]*/.exec(text.slice(start, start + 24))?.[0];
  };
}
