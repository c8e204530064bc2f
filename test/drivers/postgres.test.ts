/** The driver: what it makes of values and errors, and how it lives through a database that comes and goes. */
import { outages } from './postgres/outages.js';
import { poolers } from './postgres/poolers.js';
import { driven } from './postgres/stage.js';
import { statements } from './postgres/statements.js';

describe('the PostgreSQL driver', () => {
  const the = driven();
  statements(the);
  poolers(the);
  outages(the);
});
