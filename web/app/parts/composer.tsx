/** Where one writes. Enter sends; Shift and Enter begin a new line, as does Enter where one types with the thumbs. */
import { useEffect, useId, useRef } from 'preact/hooks';
import { isolated } from '../bidi.js';
import { answering, draft, draftOf } from '../drafts.js';
import { client, myId, nameOf } from '../model.js';
import { Close, Send } from './icons.js';
import { Name } from './name.js';
import { Room, roomFor } from './room.js';
import { Tool } from './tool.js';

/** Whether one types with the thumbs. */
export const thumbs = matchMedia('(pointer: coarse)');

export function Composer({ chatId, title }: { readonly chatId: string; readonly title: string }) {
  const input = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const { text, answers } = draftOf(chatId);
  const room = roomFor(text);
  const sendable = text.trim() !== '' && room >= 0;

  useEffect(() => {
    if (!thumbs.matches || answering.value > 0) input.current?.focus();
  }, [chatId, answering.value]);
  // Where CSS cannot (field-sizing), the box grows by hand.
  useEffect(() => {
    const box = input.current;
    if (!box || CSS.supports('field-sizing', 'content')) return;
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  }, [text]);

  function send(): void {
    if (!sendable) return;
    client.send(chatId, text.trim(), answers?.id);
    draft(chatId, { text: '', answers: undefined });
    input.current?.focus();
  }

  function write(value: string): void {
    draft(chatId, { text: value });
    client.typing(chatId, value.trim() !== '');
  }

  function key(event: KeyboardEvent): void {
    if (event.key === 'Escape' && answers) draft(chatId, { answers: undefined });
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || thumbs.matches) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      {answers && (
        <div class="answering">
          <span class="quote">
            <strong>{answers.senderId === myId.value ? 'You' : <Name of={nameOf(answers.senderId)} />}</strong>
            <span dir="auto">{answers.body}</span>
          </span>
          <Tool label="Do not answer this message" icon={Close} onClick={() => draft(chatId, { answers: undefined })} />
        </div>
      )}
      <textarea
        ref={input}
        rows={1}
        aria-label={`Message to ${isolated(title)}`}
        aria-describedby={`${id}-room`}
        aria-invalid={room < 0}
        placeholder="Write a message"
        value={text}
        onInput={event => write(event.currentTarget.value)}
        onKeyDown={key}
        enterkeyhint="send"
        dir="auto"
      />
      <button type="submit" class="send" aria-label="Send" disabled={!sendable}>
        <Send />
      </button>
      <Room id={`${id}-room`} room={room} />
    </form>
  );
}
