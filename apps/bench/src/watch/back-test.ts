import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Archive, type HoursToRead, hourOf, readHours, type WantsLine } from "@rainhooks/archive";
import { type Delivery, decode } from "@rainhooks/core";
import { memoryHistories } from "@rainhooks/filter";
import { filterVerdicts } from "@rainhooks/operate";
import { localClients } from "@rainhooks/stage";
import { formatTable } from "@rainhooks/terminal";
import { BackTest, type Episode, readRule } from "@rainhooks/watch";
import { gate } from "../gate.ts";
import { startChild } from "../processes/child.ts";
import { deliveryAt, START_MS } from "../verify/history.ts";
import { writeHistory } from "../verify/write-history.ts";

const RUNS = 4;

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
    const read = (use: (part: readonly Delivery[]) => unknown, wants?: WantsLine) =>
      eachPart(archive, hours, deliveries, use, wants);
    const [alone, decoded, tested] = [new Shortest(), new Shortest(), new Shortest()];
    let found: readonly Episode[] = [];
    // They take turns, because a machine is not equally fast all the time.
    for (let run = 0; run < RUNS; run += 1) {
      await alone.measure(() => read(() => undefined));
      await decoded.measure(() => read((part) => part.forEach(decode)));
      await tested.measure(async () => {
        const test = backTest(toMs);
        await read(addTo(test), test.mentions);
        found = test.alarms();
      });
    }
    const whole = backTest(toMs);
    await read(addTo(whole));
    gate(found.length > 0, "the rule finds alarms");
    gate(isDeepStrictEqual(found, whole.alarms()), "they are those of all deliveries, decoded");
    await server.stop();
    return [
      `A rule tried on ${deliveries} archived deliveries of ${nodes} nodes: ${found.length} alarms`,
      tableOf(alone, decoded, tested),
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

/** Reads all deliveries of an archive, as far as they are wanted. */
async function eachPart(
  archive: Archive,
  hours: HoursToRead,
  deliveries: number,
  use: (part: readonly Delivery[]) => unknown,
  wants?: WantsLine,
): Promise<void> {
  let count = 0;
  for await (const part of readHours(archive, hours, wants === undefined ? {} : { wants })) {
    await use(part.deliveries.map(({ delivery }) => delivery));
    count += part.deliveries.length + (part.skipped ?? 0);
  }
  gate(count === deliveries, `all deliveries are read (${count})`);
}

const FILTER = { rules: memoryHistories([]), known: { isKnown: () => true }, integration: "rainhooks-bench" };

/** Adds deliveries to a test as the command does: those that pass the filter rules; the stage has none. */
function addTo(test: BackTest): (part: readonly Delivery[]) => Promise<void> {
  return async (part) => {
    const decoded = part.map(decode);
    const events = decoded.flatMap((one) => (one.kind === "event" ? [one.event] : []));
    const verdicts = await filterVerdicts(events, FILTER);
    for (const event of events) if (verdicts.get(event) !== "filtered") test.add(event);
  };
}

/** The times of the shortest of several runs. The processor time depends less on what else runs on the machine. */
class Shortest {
  processorMs = Number.POSITIVE_INFINITY;
  clockMs = Number.POSITIVE_INFINITY;

  async measure(work: () => Promise<void>): Promise<void> {
    const [before, startMs] = [process.cpuUsage(), performance.now()];
    await work();
    const { user, system } = process.cpuUsage(before);
    this.processorMs = Math.min(this.processorMs, (user + system) / 1000);
    this.clockMs = Math.min(this.clockMs, performance.now() - startMs);
  }
}

function tableOf(alone: Shortest, decoded: Shortest, tested: Shortest): string {
  const row = (what: string, { processorMs, clockMs }: Shortest) => [
    what,
    (processorMs / 1000).toFixed(1),
    (processorMs / alone.processorMs).toFixed(2),
    (clockMs / 1000).toFixed(1),
    (clockMs / alone.clockMs).toFixed(2),
  ];
  return formatTable(
    ["what", "seconds of a processor", "times reading", "seconds by the clock", "times reading"],
    [
      row("reading the archive", alone),
      row("reading and decoding it", decoded),
      row("watch test: reading, decoding and evaluating what it needs", tested),
    ],
  );
}
