/** The whole story in one process that needs no server. */
import { type Deployment, embedded } from '../support/deployment.js';
import { showOnFailure } from '../support/report.js';
import { badChanges } from './bad-input/changes.js';
import { badRest } from './bad-input/rest.js';
import { badSocket } from './bad-input/socket.js';
import { badTokens } from './bad-input/tokens.js';
import { measured } from './measured.js';
import { roles } from './roles.js';
import { story } from './story.js';

describe('Mini-Telegram on embedded parts', () => {
  let deployment: Deployment;
  const the = () => deployment;

  before(async () => {
    deployment = await embedded();
  });
  showOnFailure(the);
  after(() => deployment?.stop());

  story(the, 'embedded');
  roles(the);
  measured(the);
  badRest(the);
  badSocket(the);
  badChanges(the);
  badTokens(the);
});
