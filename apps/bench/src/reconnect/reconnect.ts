import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { chanceOf } from "@rainhooks/local-aws";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { formatTable } from "@rainhooks/terminal";
import { deployedName } from "@rainhooks/webhook/define";
import type { SQSRecord } from "aws-lambda";
import { type Change, deliveryId, lastChanges, recordOfChange } from "../connections.ts";
import { gate } from "../gate.ts";
import { changeOfOurRow, countWrongRows } from "../node-rows.ts";
import { type BenchFunction, startShipped } from "../processes/function.ts";
import { BENCH_STAGE, startEmbeddedServices } from "../processes/services.ts";
import { writeKnownNodes } from "./known-nodes.ts";
import { disordered, stormChanges } from "./storm.ts";

const FUNCTIONS = 2;
const START_MS = Date.UTC(2026, 0);
const STORM = { startMs: START_MS, spreadMs: 60_000 };
const DISORDER = { window: 5000, duplicates: 0.05 };
const HOUR_MS = 3_600_000;

/** A batch is sent again with the records that failed, up to this many times. */
const MAX_TRIES = 5;

/**
 * A fleet loses its connection within a minute and gets it back: its events go through two processes of the shipped function, in
 * disorder and with duplicates. Afterwards every row is compared with a naive model.
 */
export async function benchReconnect({ nodes }: { readonly nodes: number }): Promise<string> {
  const services = await startEmbeddedServices();
  const { dynamodb } = services.clients;
  const table = deployedName(BENCH_STAGE, nodeStatusTable.name);
  await writeKnownNodes(dynamodb, table, nodes, START_MS - HOUR_MS);
  const changes = stormChanges({ ...STORM, nodes }, chanceOf(1));
  const functions = await Promise.all(
    Array.from({ length: FUNCTIONS }, () => startShipped(nodeStatus, services.endpoint)),
  );
  const queue = new Queue(disordered(changes, DISORDER, chanceOf(2)));
  const startedMs = performance.now();
  const played = await Promise.all(functions.map((one) => play(one, queue)));
  const seconds = (performance.now() - startedMs) / 1000;
  await Promise.all(functions.map((one) => one.stop()));
  const wrong = await countWrongRows(dynamodb, table, changeOfOurRow, lastChanges(changes));
  const { peakMiB } = await services.usage();
  await services.stop();
  gate(wrong === 0, `every row is as the model says (${wrong} of ${nodes} are not)`);
  const sum = (of: (one: Played) => number) => played.reduce((total, one) => total + of(one), 0);
  return [
    `${nodes} known nodes disconnect and connect again, ${FUNCTIONS} processes of node-status, batches of ${nodeStatus.batch.size}`,
    formatTable(
      ["measure", "value"],
      [
        ["events, with duplicates", queue.taken],
        ["seconds", Math.round(seconds)],
        ["events/s", Math.round(queue.taken / seconds)],
        ["CPU µs per event, of the function", Math.round((sum(({ cpuMs }) => cpuMs) * 1000) / queue.taken)],
        ["records retried", sum(({ retried }) => retried)],
        ["peak memory of a function, MiB", Math.round(Math.max(...played.map((one) => one.peakMiB)))],
        ["peak memory of the services, MiB", Math.round(peakMiB)],
        ["rows compared", nodes],
        ["rows wrong", wrong],
      ],
    ),
  ].join("\n");
}

/** Gives each delivery to one of the functions. */
class Queue {
  readonly #changes: Iterator<Change>;
  #taken = 0;

  constructor(changes: Iterator<Change>) {
    this.#changes = changes;
  }

  /** Number of deliveries that were taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Returns the next deliveries; none at the end. */
  take(count: number): SQSRecord[] {
    const records: SQSRecord[] = [];
    while (records.length < count) {
      const { value, done } = this.#changes.next();
      if (done === true) break;
      this.#taken += 1;
      records.push(recordOfChange(value, deliveryId(this.#taken)));
    }
    return records;
  }
}

interface Played {
  readonly retried: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

/** Sends batches to a function until there are no more, and sends what failed again. */
async function play(one: BenchFunction, queue: Queue): Promise<Played> {
  let [retried, cpuMs, peakMiB] = [0, 0, 0];
  for (;;) {
    let records = queue.take(nodeStatus.batch.size);
    if (records.length === 0) return { retried, cpuMs, peakMiB };
    for (let tries = 1; records.length > 0; tries += 1) {
      gate(tries <= MAX_TRIES, `no record fails ${MAX_TRIES} times`);
      const invocation = await one.invoke(records);
      cpuMs += invocation.cpuMs;
      peakMiB = invocation.peakMiB;
      const failed = new Set(invocation.failedIds);
      records = records.filter(({ messageId }) => failed.has(messageId));
      retried += records.length;
    }
  }
}
