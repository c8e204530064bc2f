/** The story of Mini-Telegram, told to any deployment: the same steps on embedded parts and on real servers. */
import type { Deployment } from '../support/deployment.js';
import { burst } from './story/burst.js';
import { changes } from './story/changes.js';
import { conversation } from './story/conversation.js';
import { entities } from './story/entities.js';
import { events } from './story/events.js';
import { forwards } from './story/forwards.js';
import { groups } from './story/groups.js';
import { heldBack } from './story/held-back.js';
import { operations } from './story/operations.js';
import { ownState } from './story/own-state.js';
import { paging } from './story/paging.js';
import { people } from './story/people.js';
import { presence } from './story/presence.js';
import { receipts } from './story/receipts.js';
import { resending } from './story/resending.js';
import { sessions } from './story/sessions.js';
import { sync } from './story/sync.js';
import { v1Clients } from './story/v1-clients.js';

export function story(the: () => Deployment, kind: Deployment['kind']): void {
  for (const chapter of [
    operations,
    people,
    conversation,
    entities,
    forwards,
    resending,
    changes,
    paging,
    receipts,
    presence,
    groups,
    sync,
    ownState,
    sessions,
    v1Clients,
    heldBack,
    events,
    burst,
  ]) {
    chapter(the, kind);
  }
}
