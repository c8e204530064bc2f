/** The stores' contract on the embedded server, always, and on a real one where there is one. */
import { ownPostgres } from '../support/new-server.js';
import { postgresDsn } from '../support/postgres.js';
import { storesContract } from './stores.contract.js';

describe('stores on embedded PostgreSQL', () => {
  const dsn = ownPostgres();
  describe('with a database of its own', () => storesContract(async () => dsn()));
});

describe('stores on a real PostgreSQL server', () => storesContract(postgresDsn));
