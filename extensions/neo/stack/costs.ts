import type { CostTable, EventPrices } from "@rainhooks/stack/part-costs";
import { invocationMs } from "@rainhooks/webhook/invocation-ms";
import { neoEvents } from "../functions/neo-events/function.ts";

const MILLION = 1e6;
/**
 * Messages of a batch, of a call to SQS and of a call to SNS. With more nodes, batches are larger, and the
 * function is cheaper.
 */
const BATCH = 10;
/** Times of the function, as of any that only calls a service. */
const LOAD = { batchMs: 10, recordMs: 1 };

/**
 * Returns what a million events cost until they are on a topic, by their source. What webhooks do with them
 * costs the same.
 */
export function sourcesTable(price: EventPrices): CostTable {
  const rule = price.iotRule + price.iotAction;
  /** The function receives and deletes ten messages with a call each. */
  const received = (2 * price.sqsRequest) / BATCH;
  const { memoryMiB } = neoEvents.function;
  const invocation = (invocationMs(LOAD, BATCH, memoryMiB) / 1000) * (memoryMiB / 1024) * price.lambdaGbS;
  const handled = received + (price.lambdaRequest + invocation) / BATCH + price.snsPublish / BATCH;
  const row = (name: string, event: number) => [name, (event * MILLION).toFixed(2)];
  return {
    headers: ["$ per million events", "on a topic of the stage"],
    rows: [
      row("classic: RainMaker publishes them", 0),
      row("Neo: connects, disconnects, reasons of disconnects", rule + price.snsPublish),
      row("Neo: parameters, identity, tags", rule + price.sqsRequest + handled),
      row("Neo: readings", price.pipe + price.sqsRequest / BATCH + handled),
      row(
        "Neo: an update of a shadow without an event",
        rule + price.sqsRequest + handled - price.snsPublish / BATCH,
      ),
    ],
  };
}
