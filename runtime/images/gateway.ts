/** The gateway: everything that clients call, over HTTP and over live connections. */

import { guard } from '../../functions/access/guard.js';
import { jwks } from '../../functions/auth/jwks.js';
import { listSessions } from '../../functions/auth/listSessions.js';
import { login } from '../../functions/auth/login.js';
import { logout } from '../../functions/auth/logout.js';
import { refresh } from '../../functions/auth/refresh.js';
import { register } from '../../functions/auth/register.js';
import { renewToken } from '../../functions/auth/renewToken.js';
import { revokeSession } from '../../functions/auth/revokeSession.js';
import { addMember } from '../../functions/chats/addMember.js';
import { createChat } from '../../functions/chats/createChat.js';
import { getChat } from '../../functions/chats/getChat.js';
import { listChats } from '../../functions/chats/listChats.js';
import { removeMember } from '../../functions/chats/removeMember.js';
import { renameChat } from '../../functions/chats/renameChat.js';
import { setRole } from '../../functions/chats/setRole.js';
import { NEWS } from '../../functions/domain/live.js';
import { getHistory } from '../../functions/messages/getHistory.js';
import { postMessage } from '../../functions/messages/postMessage.js';
import { sendMessage } from '../../functions/messages/sendMessage.js';
import { sync } from '../../functions/messages/sync.js';
import { connect } from '../../functions/presence/connect.js';
import { disconnect } from '../../functions/presence/disconnect.js';
import { getPresence } from '../../functions/presence/getPresence.js';
import { lookupPresence } from '../../functions/presence/lookupPresence.js';
import { recheckConnections } from '../../functions/presence/recheckConnections.js';
import { markDelivered } from '../../functions/receipts/markDelivered.js';
import { markRead } from '../../functions/receipts/markRead.js';
import { typing } from '../../functions/typing/typing.js';
import { findUsers } from '../../functions/users/findUsers.js';
import { getProfile } from '../../functions/users/getProfile.js';
import { updateProfile } from '../../functions/users/updateProfile.js';
import { type Image, on } from '../contract/image.js';
import { connection, http, socket, timer } from '../contract/trigger.js';
import { page } from './page.js';
import { queues } from './queues.js';

export const gateway: Image = {
  name: 'gateway',
  page,
  guard,
  news: NEWS,
  ids: ['chatId'],
  queues: [queues.messages, queues.delivered, queues.read, queues.presence],
  bindings: [
    on(http.post('/v1/auth/register'), register),
    on(http.post('/v1/auth/login'), login),
    on(http.post('/v1/auth/refresh'), refresh),
    on(http.post('/v1/auth/logout'), logout),
    on(http.get('/v1/auth/sessions'), listSessions),
    on(http.delete('/v1/auth/sessions/:sessionId'), revokeSession),
    on(http.get('/.well-known/jwks.json'), jwks),

    on(http.get('/v1/users/me'), getProfile),
    on(http.patch('/v1/users/me'), updateProfile),
    on(http.get('/v1/users'), findUsers),
    on(http.get('/v1/users/:userId/presence'), getPresence),

    on(http.post('/v1/chats'), createChat),
    on(http.get('/v1/chats'), listChats),
    on(http.get('/v1/chats/:chatId'), getChat),
    on(http.patch('/v1/chats/:chatId'), renameChat),
    on(http.post('/v1/chats/:chatId/members'), addMember),
    on(http.delete('/v1/chats/:chatId/members/:userId'), removeMember),
    on(http.put('/v1/chats/:chatId/members/:userId/role'), setRole),

    on(http.post('/v1/chats/:chatId/messages'), postMessage),
    on(http.get('/v1/chats/:chatId/messages'), getHistory),
    on(http.post('/v1/chats/:chatId/read'), markRead),
    on(http.post('/v1/sync'), sync),

    on(connection('connect'), connect),
    on(connection('disconnect'), disconnect),
    on(timer(3_000), recheckConnections),

    on(socket('message:send', { ordered: true }), sendMessage),
    on(socket('message:delivered', { ordered: true }), markDelivered),
    on(socket('message:read', { ordered: true }), markRead),
    on(socket('typing'), typing),
    on(socket('presence:get'), lookupPresence),
    on(socket('sync'), sync),
    on(socket('auth:renew'), renewToken),
  ],
};
