/** Begins. */
import { render } from 'preact';
import { client } from './model.js';
import { App } from './parts/app.js';
import './theme.js';
import './unsent.js';

/** How often a connection that says nothing is asked whether it is still there, while somebody looks. */
const CHECK_MS = 2_000;

const visible = (): boolean => document.visibilityState === 'visible';

window.addEventListener('online', client.wake);
window.addEventListener('offline', client.lostNetwork);
document.addEventListener('visibilitychange', () => visible() && client.wake());
setInterval(() => visible() && client.check(), CHECK_MS);

render(<App />, document.body);
