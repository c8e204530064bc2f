/** Rooms on a bare Socket.IO server, which stores nothing: what reaching that many connections takes by itself. */
import { randomBytes } from 'node:crypto';
import type { Side } from '../bench-case.js';
import type { ChatPlan, ChatResult } from '../load/chat-load.js';
import { inProcess } from '../load/worker.js';
import { serve } from '../servers/serving.js';
import { figuresOf, flowOf, LOAD, type Talk } from './chat.js';

export const bareRoomsSide = (talk: Talk): Side => ({
  name: 'bare Socket.IO',
  async open(stage) {
    const server = await serve(new URL('../servers/bare-socketio.js', import.meta.url));
    const chatIds = Array.from({ length: talk.chats }, (_, chat) => `room:${chat}`);
    return {
      async round({ warmS, seconds }) {
        const result = await inProcess<ChatPlan, ChatResult>(LOAD, {
          ...{ gateways: [server.url], client: stage.options.client, warmS, seconds },
          tokens: chatIds.flatMap(chatId => Array<string>(talk.members).fill(chatId)),
          flows: chatIds.map((chatId, chat) => flowOf(chatId, chat, talk)),
          ...{ tag: `t${randomBytes(4).toString('hex')}`, inFlight: talk.inFlight },
          watched: { server: [{ pid: server.pid }] },
        });
        if (result.faults.length > 0) throw new Error(result.faults.join('\n'));
        return figuresOf(result, talk);
      },
      close: server.stop,
    };
  },
});
