/** `npm run dlq`: the operator's command for dead letters, of the queues of this product. */
import { deadLetterCommand } from 'function-runtime/dlq';
import { queues } from '../services/queues.js';

await deadLetterCommand(Object.values(queues));
