/** The gateway: everything that clients call, over HTTP and over live connections. */

import { connection, http, on, type Service, socket, timer } from 'function-runtime';
import { guard } from '../access/guard.js';
import { jwks } from '../auth/jwks.js';
import { listSessions } from '../auth/listSessions.js';
import { login } from '../auth/login.js';
import { logout } from '../auth/logout.js';
import { refresh } from '../auth/refresh.js';
import { register } from '../auth/register.js';
import { renewToken } from '../auth/renewToken.js';
import { revokeSession } from '../auth/revokeSession.js';
import { addPin } from '../changes/addPin.js';
import { addReaction } from '../changes/addReaction.js';
import { deleteMessage } from '../changes/deleteMessage.js';
import { editMessage } from '../changes/editMessage.js';
import { getPins } from '../changes/getPins.js';
import { getReactions } from '../changes/getReactions.js';
import { getVersions } from '../changes/getVersions.js';
import { patchMessage } from '../changes/patchMessage.js';
import { pinMessage } from '../changes/pinMessage.js';
import { reactToMessage } from '../changes/reactToMessage.js';
import { removeMessage } from '../changes/removeMessage.js';
import { removePin } from '../changes/removePin.js';
import { removeReaction } from '../changes/removeReaction.js';
import { addMember } from '../chats/addMember.js';
import { createChat } from '../chats/createChat.js';
import { getChat } from '../chats/getChat.js';
import { listChats } from '../chats/listChats.js';
import { removeMember } from '../chats/removeMember.js';
import { setRole } from '../chats/setRole.js';
import { updateChat } from '../chats/updateChat.js';
import { updateOwnState } from '../chats/updateOwnState.js';
import { SERVER_EVENTS } from '../domain/live.js';
import { MOST_BYTES } from '../domain/media.js';
import { beginUpload } from '../media/beginUpload.js';
import { continueUpload } from '../media/continueUpload.js';
import { dropUpload } from '../media/dropUpload.js';
import { getLinkedMedia } from '../media/getLinkedMedia.js';
import { getMedia } from '../media/getMedia.js';
import { getMediaLink } from '../media/getMediaLink.js';
import { getThumb } from '../media/getThumb.js';
import { getUpload } from '../media/getUpload.js';
import { getUploadOptions } from '../media/getUploadOptions.js';
import { getHistory } from '../messages/getHistory.js';
import { hideMessages } from '../messages/hideMessages.js';
import { postMessage } from '../messages/postMessage.js';
import { sendMessage } from '../messages/sendMessage.js';
import { sync } from '../messages/sync.js';
import { connect } from '../presence/connect.js';
import { disconnect } from '../presence/disconnect.js';
import { getPresence } from '../presence/getPresence.js';
import { lookupPresence } from '../presence/lookupPresence.js';
import { recheckConnections } from '../presence/recheckConnections.js';
import { markDelivered } from '../receipts/markDelivered.js';
import { markRead } from '../receipts/markRead.js';
import { typing } from '../typing/typing.js';
import { findUsers } from '../users/findUsers.js';
import { getProfile } from '../users/getProfile.js';
import { updateProfile } from '../users/updateProfile.js';
import { facts } from './facts.js';
import { page } from './page.js';
import { queues } from './queues.js';
import { routes } from './routes.js';

/** What every answer about an upload says: https://tus.io/protocols/resumable-upload */
const TUS = { headers: { 'Tus-Resumable': '1.0.0' } };

export const gateway: Service = {
  name: 'gateway',
  page,
  guard,
  serverEvents: SERVER_EVENTS,
  ids: ['chatId'],
  queues: [queues.messages, queues.changes, queues.delivered, queues.read, queues.presence, queues.media],
  routes,
  facts,
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
    on(http.patch('/v1/chats/:chatId'), updateChat),
    on(http.post('/v1/chats/:chatId/members'), addMember),
    on(http.delete('/v1/chats/:chatId/members/:userId'), removeMember),
    on(http.put('/v1/chats/:chatId/members/:userId/role'), setRole),
    on(http.patch('/v1/chats/:chatId/me'), updateOwnState),

    on(http.post('/v1/chats/:chatId/messages'), postMessage),
    on(http.get('/v1/chats/:chatId/messages'), getHistory),
    on(http.delete('/v1/chats/:chatId/history'), hideMessages),
    on(http.patch('/v1/chats/:chatId/messages/:seq'), patchMessage),
    on(http.delete('/v1/chats/:chatId/messages/:seq'), removeMessage),
    on(http.get('/v1/chats/:chatId/messages/:seq/versions'), getVersions),
    on(http.get('/v1/chats/:chatId/messages/:seq/reactions'), getReactions),
    on(http.put('/v1/chats/:chatId/messages/:seq/reactions/:emoji'), addReaction),
    on(http.delete('/v1/chats/:chatId/messages/:seq/reactions/:emoji'), removeReaction),
    on(http.put('/v1/chats/:chatId/messages/:seq/pin'), addPin),
    on(http.delete('/v1/chats/:chatId/messages/:seq/pin'), removePin),
    on(http.get('/v1/chats/:chatId/pins'), getPins),
    on(http.post('/v1/chats/:chatId/read'), markRead),
    on(http.post('/v1/sync'), sync),

    on(http.raw('OPTIONS', '/v1/uploads', TUS), getUploadOptions),
    on(http.raw('POST', '/v1/uploads', { ...TUS, maxBytes: MOST_BYTES }), beginUpload),
    on(http.raw('HEAD', '/v1/uploads/:mediaId', TUS), getUpload),
    on(http.raw('PATCH', '/v1/uploads/:mediaId', { ...TUS, maxBytes: MOST_BYTES }), continueUpload),
    on(http.raw('DELETE', '/v1/uploads/:mediaId', TUS), dropUpload),
    on(http.get('/v1/media/:mediaId'), getMedia),
    on(http.get('/v1/media/:mediaId/thumb'), getThumb),
    on(http.get('/v1/media/:mediaId/link'), getMediaLink),
    on(http.get('/v1/media/links/:token'), getLinkedMedia),

    on(connection('connect'), connect),
    on(connection('disconnect'), disconnect),
    on(timer(3_000), recheckConnections),

    on(socket('message:send', { ordered: true }), sendMessage),
    on(socket('message:edit', { ordered: true }), editMessage),
    on(socket('message:delete', { ordered: true }), deleteMessage),
    on(socket('message:react', { ordered: true }), reactToMessage),
    on(socket('message:pin', { ordered: true }), pinMessage),
    on(socket('message:delivered', { ordered: true }), markDelivered),
    on(socket('message:read', { ordered: true }), markRead),
    on(socket('typing'), typing),
    on(socket('presence:get'), lookupPresence),
    on(socket('sync'), sync),
    on(socket('auth:renew'), renewToken),
  ],
};
