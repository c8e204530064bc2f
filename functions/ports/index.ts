/**
 * What the functions need of the outside world, as narrow ports. The stores are answered by SQL (`functions/stores`),
 * the others by drivers of the runtime. Store methods that write are one transaction each; all of them reject with
 * Failure `unavailable` while the database is away, and leave nothing half-done.
 */
import type { BlobStore, FileScanner, Inspector, Passwords, Presence, Tokens, Uploads } from 'function-runtime';
import type { AccessChangeStore } from './accessChanges.js';
import type { ApproachStore } from './approaches.js';
import type { ChangeStore } from './changes.js';
import type { ChatStore } from './chats.js';
import type { InspectionStore } from './inspections.js';
import type { Links } from './links.js';
import type { MediaStore } from './media.js';
import type { MediaReads } from './mediaReads.js';
import type { MediaSweep } from './mediaSweep.js';
import type { MediaTypes } from './mediaTypes.js';
import type { MemberStore } from './members.js';
import type { MessageStore } from './messages.js';
import type { OwnStateStore } from './ownState.js';
import type { Pages } from './pages.js';
import type { Registration } from './registration.js';
import type { SessionStore } from './sessions.js';
import type { UserStore } from './users.js';

export interface Ports {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly chats: ChatStore;
  readonly members: MemberStore;
  readonly messages: MessageStore;
  readonly ownState: OwnStateStore;
  readonly changes: ChangeStore;
  readonly approaches: ApproachStore;
  readonly accessChanges: AccessChangeStore;
  readonly pages: Pages;
  readonly mediaReads: MediaReads;
  readonly mediaSweep: MediaSweep;
  readonly blobs: BlobStore;
  readonly links: Links;
  readonly inspections: InspectionStore;
  readonly inspector: Inspector;
  readonly scanner: FileScanner;
  readonly presence: Pick<Presence, 'connect' | 'disconnect' | 'online' | 'lapsed' | 'forget'>;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly registration: Registration;
  readonly media: MediaStore;
  readonly types: MediaTypes;
  readonly uploads: Uploads;
}
