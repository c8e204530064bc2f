/** The page, in a real browser, on the whole system. */
import { access } from './page/access.js';
import { changes } from './page/changes.js';
import { cutOff } from './page/cut-off.js';
import { devices } from './page/devices.js';
import { drafts } from './page/drafts.js';
import { forwarding } from './page/forwarding.js';
import { group } from './page/group.js';
import { history } from './page/history.js';
import { mentions } from './page/mentions.js';
import { own } from './page/own.js';
import { reading } from './page/reading.js';
import { search } from './page/search.js';
import { stage } from './page/stage.js';
import { talk } from './page/talk.js';
import { ways } from './page/ways.js';
import { words } from './page/words.js';

describe('the page, in Chromium', () => {
  const the = stage();
  talk(the);
  cutOff(the);
  changes(the);
  forwarding(the);
  mentions(the);
  own(the);
  history(the);
  reading(the);
  drafts(the);
  ways(the);
  words(the);
  search(the);
  group(the);
  devices(the);
  access(the);
});
