import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hourOf, readHours } from "@rainhooks/archive";
import { type Delivery, decode } from "@rainhooks/core";
import { localClients } from "@rainhooks/stage";
import { formatTable } from "@rainhooks/terminal";
import { BackTest, readRule } from "@rainhooks/watch";
import { gate } from "../gate.ts";
import { startChild } from "../processes/child.ts";
import { deliveryAt, START_MS } from "../verify/history.ts";
import { writeHistory } from "../verify/write-history.ts";

const RUNS = 2;

/** Time of trying a rule on an archive, beside reading it. */
export async function benchBackTest({
  nodes,
  deliveries,
}: {
  readonly nodes: number;
  readonly deliveries: number;
}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-back-test-"));
  try {
    await writeHistory(join(folder, "archive"), nodes, deliveries);
    const { child: server, ready } = await startChild("archive-server", { args: [join(folder, "archive")] });
    const { endpoint } = ready as { readonly endpoint: string };
    const archive = { client: localClients(endpoint).s3, bucket: "archive" };
    const toMs = deliveryAt(deliveries - 1, nodes).sentAtMs + 1;
    const hours = { first: hourOf(START_MS), last: hourOf(toMs), late: [] };
    const eachDelivery = async (use: (delivery: Delivery) => void) => {
      let count = 0;
      for await (const part of readHours(archive, hours))
        for (const { delivery } of part.deliveries) {
          use(delivery);
          count += 1;
        }
      gate(count === deliveries, `all deliveries are read (${count})`);
    };
    const read = await shortest(() => eachDelivery(() => undefined));
    const decoded = await shortest(() => eachDelivery(decode));
    let alarms = 0;
    const tested = await shortest(async () => {
      const test = backTest(toMs);
      await eachDelivery((delivery) => {
        const one = decode(delivery);
        if (one.kind === "event") test.add(one.event);
      });
      alarms = test.alarms().length;
    });
    gate(alarms > 0, "the rule finds alarms");
    await server.stop();
    const row = (what: string, ms: number) => [what, (ms / 1000).toFixed(1), (ms / read).toFixed(2)];
    return [
      `A rule tried on ${deliveries} archived deliveries of ${nodes} nodes: ${alarms} alarms`,
      formatTable(
        ["what", "seconds of a processor", "times reading"],
        [
          row("reading the archive", read),
          row("reading and decoding it", decoded),
          row("watch test: reading, decoding and evaluating", tested),
        ],
      ),
    ].join("\n");
  } finally {
    await rm(folder, { recursive: true });
  }
}

function backTest(toMs: number): BackTest {
  const rule = readRule('{"name":"offline-1m","kind":"offline","for":"1m"}');
  return new BackTest({
    versions: [{ rule, version: 1, fromMs: 0, untilMs: undefined }],
    fromMs: START_MS,
    toMs,
  });
}

/** Returns the processor time of the shortest run, milliseconds: it depends less than a clock on what else runs on the machine. */
async function shortest(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return Math.min(...times);
}
