/** The live connection of this page, and what it hears. */
import { useSignal } from '@preact/signals';
import { connect, connected, disconnect, heard } from '../try.js';

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

export function Console() {
  const fault = useSignal('');
  async function toggle(): Promise<void> {
    fault.value = '';
    if (connected.value) return disconnect();
    await connect().catch(thrown => {
      fault.value = (thrown as Error).message;
    });
  }
  return (
    <section class="console" aria-label="Connection">
      <button type="button" class="secondary" onClick={toggle}>
        {connected.value ? 'Disconnect' : 'Connect'}
      </button>
      <p role="status">
        {fault.value ? <span class="fault">{fault}</span> : connected.value ? 'connected' : 'not connected'}
      </p>
      {heard.value.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse.
        <ol tabIndex={0} aria-label="What was heard, newest first">
          {heard.value.map(({ at, name, data }) => (
            <li key={`${at} ${name}`}>
              <time>{clock.format(at)}</time> <b>{name}</b> <code>{JSON.stringify(data)}</code>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
