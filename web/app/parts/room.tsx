/** How much room is left in a message, once it matters, and by how much it is too long. */
import { useEffect, useState } from 'preact/hooks';

/** Unicode code points, as the contract counts. */
const LONGEST = 4096;
/** So many from the end on one is told how much room is left. */
const NEARLY = 200;
/** Said aloud when the typing pauses, not at each key. */
const PAUSE_MS = 1_000;

const count = new Intl.NumberFormat(document.documentElement.lang);

/** Negative where the text is too long. Spaces around it are not sent. */
export function roomFor(text: string): number {
  let length = 0;
  for (const _ of text.trim()) length += 1;
  return LONGEST - length;
}

function wordsOf(room: number): string {
  if (room > NEARLY) return '';
  const characters = Math.abs(room) === 1 ? 'character' : 'characters';
  const said = `${count.format(Math.abs(room))} ${characters}`;
  return room < 0 ? `${said} too long, of ${count.format(LONGEST)} at most` : `${said} left`;
}

export function Room({ id, room }: { readonly id: string; readonly room: number }) {
  const words = wordsOf(room);
  const [said, say] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => say(words), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <>
      <p id={id} class={room < 0 ? 'room fault' : 'room'}>
        {words}
      </p>
      <span class="unseen" role="status">
        {said}
      </span>
    </>
  );
}
