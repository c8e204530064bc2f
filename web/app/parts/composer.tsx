/**
 * Where one writes, and edits what one has written. Enter sends; Shift and Enter begin a new line, as does Enter where one
 * types with the thumbs.
 */
import { useEffect, useId, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { attach, attachmentsIn, filesIn } from '../attachments.js';
import { isolated } from '../bidi.js';
import { answeredBy, composing, draft, draftOf } from '../drafts.js';
import { editIn, editLast, leaveEdit, rewrite, saveEdit } from '../editing.js';
import { client, current, titleOf } from '../model.js';
import { canRecord, record, recording } from '../recording.js';
import type { Shown } from '../rows.js';
import { Check, Clip, Close, Microphone, Send } from './icons.js';
import { completionOf, MentionList } from './mention-list.js';
import { Quoted } from './quote.js';
import { Recorder } from './recorder.js';
import { Room, roomFor } from './room.js';
import { Tool } from './tool.js';
import { Tray } from './tray.js';
import { useMentions } from './use-mentions.js';

/** Whether one types with the thumbs. */
export const thumbs = matchMedia('(pointer: coarse)');

export function Composer({ chat }: { readonly chat: ChatState }) {
  const input = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const id = useId();
  const { id: chatId } = chat;
  const edit = editIn(chatId);
  const written = draftOf(chatId);
  const text = edit ? edit.text : written.body;
  const answering = edit ? null : written.replyTo;
  const answers = edit ? undefined : answeredBy(chatId, written);
  const mentions = useMentions(chat, text, input, write);
  const room = roomFor(text);
  const attached = edit ? [] : attachmentsIn(chatId);
  const parts = edit ? (edit.message.media ?? []) : attached;
  const sendable = (text.trim() !== '' || parts.length > 0) && room >= 0;
  const speakable = !edit && text.trim() === '' && attached.length === 0 && canRecord();

  useEffect(() => {
    if (!thumbs.matches || composing.value > 0) input.current?.focus();
  }, [chatId, composing.value]);
  // Where CSS cannot (field-sizing), the box grows by hand.
  useEffect(() => {
    const box = input.current;
    if (!box || CSS.supports('field-sizing', 'content')) return;
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  }, [text]);

  function send(): void {
    if (!sendable) return;
    if (edit) saveEdit(edit);
    else {
      const uploads = attached.map(({ id }) => id);
      client.send(chatId, text.trim(), answering, uploads);
    }
    input.current?.focus();
  }

  function write(value: string): void {
    if (edit) rewrite(edit, value);
    else {
      draft(chatId, { body: value });
      client.typing(chatId, value.trim() !== '');
    }
  }

  function leave(): void {
    if (edit) leaveEdit(edit);
    else if (answering !== null) draft(chatId, { replyTo: null, answers: undefined });
  }

  function key(event: KeyboardEvent): void {
    if (event.isComposing || mentions.key(event)) return;
    if (event.key === 'Escape') leave();
    if (event.key === 'ArrowUp' && !edit && text === '' && editLast(chat)) event.preventDefault();
    if (event.key !== 'Enter' || event.shiftKey || thumbs.matches) return;
    event.preventDefault();
    send();
  }

  if (recording.value?.chatId === chatId)
    return (
      <div class="composer">
        <Recorder />
      </div>
    );

  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      {edit && (
        <About of={current(edit.message)} title="Edit message" leave="Do not edit this message" onLeave={leave} />
      )}
      {answering !== null && (
        <About of={answers && current(answers)} leave="Do not answer this message" onLeave={leave} />
      )}
      <Tray uploads={attached} />
      <MentionList mentions={mentions} id={`${id}-mentions`} />
      {!edit && (
        <>
          <Tool label="Attach files" icon={Clip} onClick={() => picker.current?.click()} />
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label="Files to attach"
            onChange={({ currentTarget }) => {
              void attach(chatId, [...(currentTarget.files ?? [])]);
              currentTarget.value = '';
              input.current?.focus();
            }}
          />
        </>
      )}
      <textarea
        ref={input}
        rows={1}
        aria-label={`Message to ${isolated(titleOf(chat))}`}
        aria-describedby={`${id}-room`}
        aria-invalid={room < 0}
        placeholder="Write a message"
        value={text}
        onInput={event => {
          write(event.currentTarget.value);
          mentions.look();
        }}
        onPaste={event => {
          const files = filesIn(event.clipboardData);
          if (edit || files.length === 0) return;
          event.preventDefault();
          void attach(chatId, files);
        }}
        onSelect={mentions.look}
        onBlur={mentions.leave}
        onKeyDown={key}
        enterkeyhint="send"
        dir="auto"
        {...completionOf(mentions, `${id}-mentions`)}
      />
      {speakable ? (
        <button type="button" class="send" aria-label="Record a voice message" onClick={() => void record(chatId)}>
          <Microphone />
        </button>
      ) : (
        <button type="submit" class="send" aria-label={edit ? 'Save' : 'Send'} disabled={!sendable}>
          {edit ? <Check /> : <Send />}
        </button>
      )}
      <Room id={`${id}-room`} room={room} />
    </form>
  );
}

interface AboutProps {
  /** Undefined where it is not known here. */
  readonly of: Shown | undefined;
  readonly title?: string | undefined;
  readonly leave: string;
  readonly onLeave: () => void;
}

/** The message that what is written is about. */
const About = ({ of, title, leave, onLeave }: AboutProps) => (
  <div class="answering">
    <span class="quote">{of ? <Quoted of={of} title={title} /> : 'An earlier message'}</span>
    <Tool label={leave} icon={Close} onClick={onLeave} />
  </div>
);
