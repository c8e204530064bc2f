import type { Case } from '../bench-case.js';
import { socketSide } from '../sides/answers.js';

export const socketAck: Case = {
  name: 'socket-ack',
  summary: 'A socket function with an acknowledgement, 100 sockets, one in flight each',
  unit: 'ack',
  brief: true,
  runsIn: true,
  ours: socketSide('ours', 'our-image'),
  peer: socketSide('bare Socket.IO', 'bare-socketio'),
  older: folder => socketSide('older build', 'our-image', folder),
  goals: [{ of: 'acks/s', as: 'ratio', atLeast: 0.9 }],
};
