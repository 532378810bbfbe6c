import { neoEvents } from "@rainhooks/app-neo-events/function";
import { PRICE } from "@rainhooks/capacity";
import { invocationMs } from "@rainhooks/webhook/define";
import { type CostTable, dollars } from "./table.ts";

const MILLION = 1e6;
/** Messages of a batch, of a call to SQS and of a call to SNS. With more nodes, batches are larger, and the function is cheaper. */
const BATCH = 10;
/** Times of the function, as of any that only calls a service. */
const LOAD = { batchMs: 10, recordMs: 1 };

const rule = PRICE.iotRule + PRICE.iotAction;
/** The function receives and deletes ten messages with a call each. */
const received = (2 * PRICE.sqsRequest) / BATCH;
const { memoryMiB } = neoEvents.function;
const invocation = (invocationMs(LOAD, BATCH, memoryMiB) / 1000) * (memoryMiB / 1024) * PRICE.lambdaGbS;
const handled = received + (PRICE.lambdaRequest + invocation) / BATCH + PRICE.snsPublish / BATCH;

/** Returns what a million events cost until they are on a topic, by their source. What webhooks do with them costs the same. */
export function sourcesTable(): CostTable {
  const row = (name: string, event: number) => [name, dollars(event * MILLION)];
  return {
    headers: ["$ per million events", "on a topic of the stage"],
    rows: [
      row("classic: RainMaker publishes them", 0),
      row("Neo: connects, disconnects, reasons of disconnects", rule + PRICE.snsPublish),
      row("Neo: parameters, identity, tags", rule + PRICE.sqsRequest + handled),
      row("Neo: readings", PRICE.pipe + PRICE.sqsRequest / BATCH + handled),
      row(
        "Neo: an update of a shadow without an event",
        rule + PRICE.sqsRequest + handled - PRICE.snsPublish / BATCH,
      ),
    ],
  };
}
