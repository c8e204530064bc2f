/** What the documents of the API say besides what is declared. */
import type { About } from 'function-runtime/describe';

export const about: About = {
  title: 'Mini-Telegram',
  version: '0.1.0',
  rest: `Sign up or in, and send the access token as \`Authorization: Bearer …\`; it is good for some minutes, and
\`refresh\` gives the next one. Ids are opaque strings, times ISO 8601 in UTC. Fields that are not known are refused.
Failures are problem details (RFC 9457). A user may have 8 MiB under way at a time, of bodies that have not arrived and of
answers that are not read; more is 429.`,
  live: `Connect with Socket.IO and \`auth: { token }\`, an access token; \`connect_error\` with
\`err.data.code = 'unauthorized'\` says that it was refused, \`rate_limited\` that the account has 100 connections to this gateway already. Every event takes one object and an acknowledgement. A
connection may miss what it is told, but can see that it did, for a chat's seqs have no holes; \`sync\` gives the rest.
The queues are inside of a deployment: bodies are CloudEvents in JSON, one or a batch.`,
  tags: [
    { name: 'messages', description: 'What is said, and how far it is read.', paths: /\/(messages|read|sync)$/ },
    { name: 'chats', description: 'Groups and direct chats.', paths: /^\/v1\/chats/ },
    { name: 'users', description: 'People.', paths: /^\/v1\/users/ },
    { name: 'media', description: 'Files that are sent.', paths: /^\/v1\/(uploads|media)/ },
    { name: 'auth', description: 'Accounts, and the devices that are signed in.', paths: /^\/v1\/auth|jwks/ },
  ],
};
