/** Begins. */
import { render } from 'preact';
import { client } from './model.js';
import { App } from './parts/app.js';
import './theme.js';

window.addEventListener('online', client.wake);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') client.wake();
});

render(<App />, document.body);
