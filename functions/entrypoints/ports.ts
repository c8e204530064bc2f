/** How the ports are answered that functions of every service may need: the stores with SQL, presence by its driver. */
import type { Config, PortFactories, Resources } from 'function-runtime';
import type { Ports } from '../ports/index.js';
import { accessChangeStore } from '../stores/accessChanges.js';
import { approachStore, unlimitedApproaches } from '../stores/approaches.js';
import { changeStore } from '../stores/changes.js';
import { chatStore } from '../stores/chats.js';
import { mediaStore } from '../stores/media.js';
import { memberStore } from '../stores/members.js';
import { messageStore } from '../stores/messages.js';
import { ownStateStore } from '../stores/own-state.js';
import { sessionStore } from '../stores/sessions.js';
import { userStore } from '../stores/users.js';
import type { Settings } from './settings.js';

type Others =
  | 'passwords'
  | 'tokens'
  | 'registration'
  | 'links'
  | 'types'
  | 'uploads'
  | 'blobs'
  | 'inspections'
  | 'inspector'
  | 'scanner'
  | 'mediaReads'
  | 'mediaSweep';
type Factories<Names extends keyof Ports> = { readonly [Name in Names]: () => Promise<Ports[Name]> };

/** Without limits (load tests) strangers are not counted. */
export const storePorts = (
  { sql, presence }: Resources,
  { rateLimit, settings }: Pick<Config<Settings>, 'rateLimit' | 'settings'>,
): Factories<Exclude<keyof Ports, Others>> & PortFactories => ({
  users: async () => userStore(await sql()),
  sessions: async () => sessionStore(await sql()),
  chats: async () => chatStore(await sql()),
  members: async () => memberStore(await sql()),
  messages: async () => messageStore(await sql()),
  ownState: async () => ownStateStore(await sql()),
  changes: async () => changeStore(await sql(), { editWindowMs: settings.editWindowS * 1_000 }),
  media: async () =>
    mediaStore(await sql(), { maxBytes: settings.mediaMaxBytes, quotaBytes: settings.mediaQuotaBytes }),
  approaches: async () => (rateLimit ? approachStore(await sql()) : unlimitedApproaches()),
  accessChanges: async () => accessChangeStore(await sql()),
  // Loaded only where links are looked up.
  pages: async () => {
    const { pages } = await import('function-runtime/drivers/fetch/pages');
    const { previewsAllow: allow } = settings;
    return pages({ ...PAGES, ...(allow && { allow }) });
  },
  presence,
});

const PAGES = { withinMs: 5_000, maxBytes: 512 * 1024, redirects: 3, agent: 'Mini-Telegram (previews of links)' };
