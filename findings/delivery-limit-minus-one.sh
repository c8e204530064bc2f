#!/usr/bin/env bash
# RabbitMQ 3.10.8, a quorum queue with the argument x-delivery-limit: -1 (amqplib 2.3.1): RabbitMQ 4 documents -1 as 'no limit', so
# one would expect a server that takes the argument to mean that, or to refuse it. 3.10 takes it, and every count of deliveries
# is above it: the first channel that closes with a message unacknowledged (a restart, a lost connection) has the message
# dead-lettered, or dropped where no dead-letter exchange is set, though no consumer has refused it.
# What to do: where both may be met, declare a large limit instead of -1 (it means the same to both), or none on 3.x, which
# has no limit of its own; and set a dead-letter exchange whatever the limit.
# Needs a broker at 127.0.0.1:5672 (guest/guest) and rabbitmqctl, and works in a vhost of its own.
set -euo pipefail
command -v rabbitmqctl >/dev/null && rabbitmqctl --quiet status >/dev/null 2>&1 || { echo "SKIPPED: no broker that rabbitmqctl reaches"; exit 0; }
version=$(rabbitmqctl --quiet eval 'io:format("~s~n", [rabbit_misc:version()]).' | head -n 1)
case $version in 3.10.*) ;; *) echo "SKIPPED: this is told of RabbitMQ 3.10, and here is $version"; exit 0 ;; esac
work=$(mktemp -d)
vhost=finding-$$-$RANDOM
trap 'rabbitmqctl --quiet delete_vhost "$vhost" >/dev/null 2>&1; rm -rf "$work"' EXIT
rabbitmqctl --quiet add_vhost "$vhost" >/dev/null
rabbitmqctl --quiet set_permissions -p "$vhost" guest '.*' '.*' '.*' >/dev/null
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts amqplib@2.3.1 >/dev/null
cat >try.mjs <<'JS'
import { setTimeout as pause } from 'node:timers/promises';
import amqp from 'amqplib';

const connection = await amqp.connect(`amqp://guest:guest@127.0.0.1:5672/${process.argv[2]}`);
/** Where a message is after a consumer's channel was closed before it had acknowledged it. */
async function whereabouts(name, limit) {
  const arguments_ = { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': `${name}.dead` };
  if (limit !== undefined) arguments_['x-delivery-limit'] = limit;
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(name, { durable: true, arguments: arguments_ });
  await channel.assertQueue(`${name}.dead`, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue(name, Buffer.from('good'), { persistent: true });
  await channel.waitForConfirms();
  const consumer = await connection.createChannel();
  await new Promise(resolve => consumer.consume(name, resolve));
  await consumer.close();
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await pause(50)) {
    for (const queue of [name, `${name}.dead`]) {
      const message = await channel.get(queue);
      if (message) {
        channel.ack(message);
        const [death] = message.properties.headers?.['x-death'] ?? [];
        return queue === name ? 'still in its queue' : `dead-lettered: ${death?.reason}`;
      }
    }
  }
  return 'nowhere';
}
console.log(`no limit:               ${await whereabouts('none')}`);
console.log(`x-delivery-limit 1000:  ${await whereabouts('thousand', 1000)}`);
console.log(`x-delivery-limit -1:    ${await whereabouts('minus-one', -1)}`);
await connection.close();
JS
seen=$(node try.mjs "$vhost")
printf '%s\n' "RabbitMQ $version, after one channel was closed with the message unacknowledged:" "$seen"
[ "$seen" = 'no limit:               still in its queue
x-delivery-limit 1000:  still in its queue
x-delivery-limit -1:    dead-lettered: delivery_limit' ]
