/** The whole page. */
import { announcement } from '../announce.js';
import { me, openChat } from '../model.js';
import { dialog, notice, question, wireOpen } from '../overlays.js';
import { route } from '../route.js';
import { ChatMenu } from './chat-menu.js';
import { Conversation, NoConversation } from './conversation.js';
import { Details } from './details.js';
import { ForwardSheet } from './forward-sheet.js';
import { AddMembers, NewGroup } from './group-sheets.js';
import { Settings } from './settings.js';
import { QuestionSheet } from './sheet.js';
import { Sidebar } from './sidebar.js';
import { Undo } from './undo.js';
import { Viewer } from './viewer.js';
import { Welcome } from './welcome.js';
import { WireDrawer } from './wire.js';

export function App() {
  if (!me.value) return <Welcome />;
  const chat = openChat.value;
  const { chatId, details } = route.value;
  const view = details && chat ? 'details' : chatId ? 'chat' : 'list';
  return (
    <div class="shell" data-view={view} data-wire={wireOpen.value}>
      <Sidebar />
      {chat ? <Conversation chat={chat} /> : <NoConversation chatId={chatId} />}
      {chat && details && <Details chat={chat} />}
      {wireOpen.value && <WireDrawer />}
      {dialog.value === 'settings' && <Settings />}
      {dialog.value === 'new-group' && <NewGroup />}
      {dialog.value === 'add-members' && chat && <AddMembers chat={chat} />}
      {dialog.value === 'forward' && <ForwardSheet />}
      {dialog.value === 'viewer' && <Viewer />}
      <ChatMenu />
      {question.value && <QuestionSheet />}
      <div class="toasts">
        {/* A dialog tells it itself: what is behind it cannot be seen. */}
        <p class="toast" role="alert">
          {dialog.value ? '' : notice.value}
        </p>
        <Undo />
      </div>
      <p class="unseen" role="log" aria-live="polite">
        {announcement.value}
      </p>
    </div>
  );
}
