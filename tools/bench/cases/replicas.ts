/** The same talk with more processes: the work for one message must not grow with them. */
import type { Case } from '../bench-case.js';
import { chatSide, type Talk } from '../sides/chat.js';
import { type Fleet, ONE_OF_EACH } from '../sides/fleet.js';

const talk: Talk = { chats: 50, members: 2, inFlight: 8 };

const replicated = (name: string, fleet: Partial<Fleet>): Case => ({
  name,
  summary: `50 pairs, 8 in flight each, with ${Object.entries(fleet).map(([image, count]) => `${count} ${image}`)}`,
  unit: 'message',
  ours: chatSide(talk, { fleet: { ...ONE_OF_EACH, ...fleet } }),
  // Not the one that has been through the cases before: it would have paid for them.
  peer: chatSide(talk, { name: 'one of each', fleet: { ...ONE_OF_EACH } }),
  goals: [{ of: 'server CPU µs/message', as: 'ratio', atMost: 1.1 }],
  fullOnly: true,
  brief: true,
});

export const twoChatSvc = replicated('replicas-chat-svc-2', { 'chat-svc': 2 });
export const fourChatSvc = replicated('replicas-chat-svc-4', { 'chat-svc': 4 });
export const twoGateways = replicated('replicas-gateway-2', { gateway: 2 });
