// Microsoft's JavaScript client against the peer: node client.mjs CONNECTION_STRING HUB. Prints "ok" and what it saw.
import { EventHubConsumerClient, EventHubProducerClient, earliestEventPosition } from "@azure/event-hubs";

const [connectionString, hub] = process.argv.slice(2);
const count = 50;
const patience = setTimeout(() => fail("nothing for 30 s"), 30_000);

function fail(why) {
  console.error(`failed: ${why}`);
  process.exit(1);
}

function check(holds, what) {
  if (!holds) fail(what);
}

const producer = new EventHubProducerClient(connectionString, hub);
const consumer = new EventHubConsumerClient("$Default", connectionString, hub);

const properties = await producer.getEventHubProperties();
check(properties.name === hub, `the hub's name is ${properties.name}`);
const partition = properties.partitionIds.at(-1);

const batch = await producer.createBatch({ partitionId: partition });
for (let i = 0; i < count; i++) {
  check(batch.tryAdd({ body: { i }, properties: { index: i } }), "the batch is full");
}
await producer.sendBatch(batch);
await producer.sendBatch([{ body: "keyed" }], { partitionKey: "pump-7" });

const seen = [];
await new Promise((resolve, reject) => {
  const subscription = consumer.subscribe(
    partition,
    {
      processEvents: async (events) => {
        seen.push(...events.filter((event) => event.body !== "keyed"));
        if (seen.length >= count) {
          await subscription.close();
          resolve();
        }
      },
      processError: async (error) => reject(error),
    },
    { startPosition: earliestEventPosition },
  );
}).catch((error) => fail(error.message));

seen.forEach((event, i) => {
  check(event.body.i === i && event.properties.index === i, `event ${i} is ${JSON.stringify(event.body)}`);
  check(event.enqueuedTimeUtc instanceof Date, `event ${i} has no enqueued time`);
});
const last = await consumer.getPartitionProperties(partition);
check(last.lastEnqueuedSequenceNumber >= count - 1, `the last sequence number is ${last.lastEnqueuedSequenceNumber}`);

await producer.close();
await consumer.close();
clearTimeout(patience);
console.log(`ok ${seen.length} events in order from ${properties.partitionIds.length} partitions`);
