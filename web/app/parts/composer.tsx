/** Where one writes. Enter sends; Shift and Enter begin a new line, as does Enter where one types with the thumbs. */
import { useEffect, useRef } from 'preact/hooks';
import { answering, draft, draftOf } from '../drafts.js';
import { client, nameOf } from '../model.js';
import { Close, Send } from './icons.js';
import { Tool } from './tool.js';

const LONGEST = 4096;
/** From here on one is told how much room is left. */
const NEARLY = 3_900;

/** Whether one types with the thumbs. */
export const thumbs = matchMedia('(pointer: coarse)');

export function Composer({ chatId, title }: { readonly chatId: string; readonly title: string }) {
  const input = useRef<HTMLTextAreaElement>(null);
  const { text, answers } = draftOf(chatId);
  const length = [...text].length;
  const sendable = text.trim() !== '' && length <= LONGEST;

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
            <strong>{nameOf(answers.senderId)}</strong>
            <span>{answers.body}</span>
          </span>
          <Tool label="Do not answer this message" icon={Close} onClick={() => draft(chatId, { answers: undefined })} />
        </div>
      )}
      <textarea
        ref={input}
        rows={1}
        aria-label={`Message to ${title}`}
        placeholder="Write a message"
        value={text}
        onInput={event => write(event.currentTarget.value)}
        onKeyDown={key}
        enterkeyhint="send"
        dir="auto"
      />
      {length > NEARLY && (
        <span class={length > LONGEST ? 'room fault' : 'room'} role="status">
          {LONGEST - length}
        </span>
      )}
      <button type="submit" class="send" aria-label="Send" disabled={!sendable}>
        <Send />
      </button>
    </form>
  );
}
