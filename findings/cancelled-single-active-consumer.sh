#!/usr/bin/env bash
# RabbitMQ 3.10.8, a quorum queue with x-single-active-consumer (amqplib 2.3.1): one expects that one consumer at a time works on
# the queue, so that a consumer which is to go can cancel, finish what it has, and acknowledge it (a graceful hand-over). But
# basic.cancel makes the next consumer active at once: it gets younger messages while the older ones are still being worked
# on, and gets the older ones after the younger, should they not be acknowledged. Closing the channel instead gives back all that
# was not acknowledged and activates the next consumer in one step, so that it begins with the oldest.
# What to do: to hand a queue over, stop beginning anything, finish and acknowledge what has begun, and close the channel
# rather than cancel: give each such queue a channel of its own.
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
const until = async condition => {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline && !condition(); ) await pause(20);
};
/** What the next consumer gets, and in which order, when the first one goes with two messages that it has not acknowledged. */
async function next(name, go) {
  const publisher = await connection.createConfirmChannel();
  await publisher.assertQueue(name, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-single-active-consumer': true },
  });
  for (const body of ['1', '2', '3', '4']) publisher.sendToQueue(name, Buffer.from(body), { persistent: true });
  await publisher.waitForConfirms();
  const [first, second] = [await connection.createChannel(), await connection.createChannel()];
  await first.prefetch(2);
  let had = 0;
  const { consumerTag } = await first.consume(name, () => void had++);
  await until(() => had === 2);
  const got = [];
  await second.consume(name, message => {
    got.push(message.content.toString());
    second.ack(message);
  });
  await go(first, consumerTag);
  await until(() => got.length >= 2);
  await pause(500);
  return got.join(' ');
}
console.log(`after a cancel:            ${await next('cancelled', (channel, tag) => channel.cancel(tag))}`);
console.log(`after closing the channel: ${await next('closed', channel => channel.close())}`);
await connection.close();
JS
seen=$(node try.mjs "$vhost")
printf '%s\n' "RabbitMQ $version, the active consumer has 1 and 2, unacknowledged, and goes; the next one gets:" "$seen"
[ "$seen" = 'after a cancel:            3 4
after closing the channel: 1 2 3 4' ]
