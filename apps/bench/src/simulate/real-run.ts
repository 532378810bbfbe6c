import { setTimeout as pause } from "node:timers/promises";
import { startTestStage } from "@rainhooks/app-local/testing";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { type QueueResult, simulateQueue } from "@rainhooks/capacity";
import { type OutgoingMessage, publish, type Stage, withShortWaits } from "@rainhooks/local-aws";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { waitingRecords } from "../throttles/load.ts";

const CONCURRENCY = 2;
const FIRST_BURST = 2000;
const BURST = 8000;
const LOOK_MS = 100;

/** A burst of events, as it was. */
interface Burst {
  readonly publishS: number;
  readonly drainedS: number;
  readonly maxBacklog: number;
  /** Maximum time from the publication of an event until it was written, by the backlog. */
  readonly maxAgeS: number;
}

/**
 * Publishes a burst of connects to the local stage, and simulates the same burst. The simulation gets the time of an invocation from a
 * smaller burst before, and the rate of publishing from the burst itself; backlog, age and duration are its own.
 */
export async function benchSimulation(): Promise<string> {
  const webhook = withShortWaits({
    ...nodeStatus,
    batch: { ...nodeStatus.batch, maxConcurrency: CONCURRENCY },
  });
  const { stage, problems, stop } = await startTestStage({ webhooks: [webhook], scheduled: [] });
  try {
    // The first invocations compile the code.
    await burst(stage, FIRST_BURST, "warm-up");
    const first = await burst(stage, FIRST_BURST, "first");
    const invocationMs = (CONCURRENCY * webhook.batch.size * first.drainedS * 1000) / FIRST_BURST;
    const real = await burst(stage, BURST, "second");
    gate(stage.totals(webhook.name).Delivered === 2 * FIRST_BURST + BURST, "every event is written");
    gate(problems.length === 0, `the stage reports no problem (${problems[0]})`);
    const simulated = simulateQueue({
      arrivingPerS: () => BURST / real.publishS,
      endsAtS: real.publishS,
      maxConcurrency: CONCURRENCY,
      batchSize: webhook.batch.size,
      invocationMs: () => invocationMs,
      services: [],
      throttledWaitS: webhook.queue.retryFirstWaitS,
    });
    return report(real, simulated);
  } finally {
    await stop();
  }
}

async function burst(stage: Stage, count: number, prefix: string): Promise<Burst> {
  const startedMs = performance.now();
  const elapsedS = () => (performance.now() - startedMs) / 1000;
  let published = 0;
  let publishS = 0;
  const publishing = publish(stage.clients.sns, stage.provisioned.topics, connects(count, prefix), (some) => {
    published += some;
  }).then(() => {
    publishS = elapsedS();
  });
  const publishedAt: { readonly count: number; readonly atS: number }[] = [];
  let [maxBacklog, maxAgeS, waiting] = [0, 0, 0];
  do {
    await pause(LOOK_MS);
    waiting = await waitingRecords(stage);
    publishedAt.push({ count: published, atS: elapsedS() });
    maxBacklog = Math.max(maxBacklog, waiting);
    const oldest = publishedAt.find((moment) => moment.count > published - waiting);
    if (waiting > 0 && oldest !== undefined) maxAgeS = Math.max(maxAgeS, elapsedS() - oldest.atS);
  } while (waiting > 0 || publishS === 0);
  await publishing;
  return { publishS, drainedS: elapsedS(), maxBacklog, maxAgeS };
}

function connects(count: number, prefix: string): OutgoingMessage[] {
  const type = "rmaker.event.node_connected";
  return Array.from({ length: count }, (_, index) => ({
    type,
    body: JSON.stringify({
      event_type: type,
      timestamp: Date.now(),
      event_data: { node_id: `${prefix}-${index}` },
    }),
    attributes: {},
  }));
}

function report(real: Burst, { maxBacklog, maxAgeS, drainedAfterS = Number.NaN }: QueueResult): string {
  const row = (what: string, measured: number, simulated: number) => [
    what,
    measured.toFixed(measured < 100 ? 1 : 0),
    simulated.toFixed(simulated < 100 ? 1 : 0),
    (simulated / measured).toFixed(2),
  ];
  return [
    `${BURST} connects in ${real.publishS.toFixed(1)} s, to node-status with ${CONCURRENCY} invocations at once`,
    formatTable(
      ["measure", "local stage", "simulated", "ratio"],
      [
        row("seconds until all are written", real.drainedS, drainedAfterS),
        row("maximum waiting", real.maxBacklog, maxBacklog),
        row("maximum wait, seconds", real.maxAgeS, maxAgeS),
      ],
    ),
  ].join("\n");
}
