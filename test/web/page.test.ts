/** The page, in a real browser, on the whole system. */
import { access } from './page/access.js';
import { cutOff } from './page/cut-off.js';
import { devices } from './page/devices.js';
import { group } from './page/group.js';
import { history } from './page/history.js';
import { stage } from './page/stage.js';
import { talk } from './page/talk.js';

describe('the page, in Chromium', function () {
  this.timeout(30_000);
  const the = stage();
  talk(the);
  cutOff(the);
  history(the);
  group(the);
  devices(the);
  access(the);
});
