/** `npm run partition`: the operator's command that makes the tables of messages partitioned by their chat. */
import { partitionCommand } from 'function-runtime/partition';
import { PARTITIONED } from '../stores/partitioned.js';

await partitionCommand(PARTITIONED);
