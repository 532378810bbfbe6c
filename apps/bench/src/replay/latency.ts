import { setTimeout as pause } from "node:timers/promises";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { hourOf } from "@rainhooks/archive";
import { shortType } from "@rainhooks/core";
import { publish } from "@rainhooks/local-aws";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { createJob, NO_COUNTS, type ReplayJob, runReplay, takeJob } from "@rainhooks/operate";
import { queueNameOf } from "@rainhooks/stage";
import { formatTable } from "@rainhooks/terminal";
import { eventually } from "@rainhooks/testing";
import { deployedName } from "@rainhooks/webhook/define";
import { gate } from "../gate.ts";

const CONNECTED = "rmaker.event.node_connected";
const TABLE = deployedName("local", nodeStatusTable.name);
/** Archived deliveries, which are replayed again and again while live events are measured. */
const ARCHIVED = 2000;
const PROBES = 200;
const PROBES_PER_S = 5;
const LOOK_MS = 10;

/**
 * How long a live event takes from its topic to the table of node status: without a replay, beside one, and beside one that would send to
 * the webhook's live queue.
 */
export async function benchReplayLatency(): Promise<string> {
  const running = await startTestStage();
  try {
    const fromMs = Date.now() - 1000;
    const takes = await capacity(running);
    await pause(5000);
    const rate = Math.round(takes / 2);
    const { queue, replay } = running.stage.provisioned.queues.get(nodeStatus.name) ?? {};
    const alone = await probe(running, "alone");
    const beside = await besideReplay(running, { fromMs, rate, queueUrl: replay?.url ?? "" });
    const inLive = await besideReplay(running, { fromMs, rate, queueUrl: queue?.url ?? "" });
    const rows = Object.entries({
      "no replay": alone,
      [`a replay of ${rate}/s through its own queue`]: beside,
      [`a replay of ${rate}/s through the live queue`]: inLive,
    }).map(([what, ms]) => [what, ...[0.5, 0.9, 0.99].map((share) => Math.round(percentile(ms, share)))]);
    return [
      `Live events from topic to table, ${PROBES} of them; the stage handles ${Math.round(takes)} deliveries/s`,
      formatTable(["beside", "p50 ms", "p90 ms", "p99 ms"], rows),
    ].join("\n");
  } finally {
    await running.stop();
  }
}

/** Publishes what is replayed later, and returns how many deliveries the stage has handled per second. */
async function capacity({ stage }: TestStage): Promise<number> {
  const startedMs = performance.now();
  const nodes = Array.from({ length: ARCHIVED }, (_, index) => `archived-${index % 200}`);
  await publish(stage.clients.sns, stage.provisioned.topics, nodes.map(messageOf), () => undefined);
  const names = stage.webhooks.filter(({ events }) => events.includes(CONNECTED)).map(({ name }) => name);
  const counts = () => names.map((name) => stage.totals(name).Received);
  await eventually(counts, (all) => all.every((count) => count >= ARCHIVED), { timeoutMs: 600_000 });
  return (ARCHIVED * 1000) / (performance.now() - startedMs);
}

function messageOf(nodeId: string) {
  const body = JSON.stringify({
    event_type: CONNECTED,
    timestamp: Date.now(),
    event_data: { node_id: nodeId },
  });
  return { type: CONNECTED, body, attributes: {} } as const;
}

/** Publishes events of nodes that are new, and returns how long each took until its row was there. */
async function probe({ stage }: TestStage, name: string): Promise<number[]> {
  const seen: Promise<number>[] = [];
  for (let index = 0; index < PROBES; index += 1) {
    const node = `${name}-${index}`;
    const startedMs = performance.now();
    await publish(stage.clients.sns, stage.provisioned.topics, [messageOf(node)], () => undefined);
    const look = () =>
      stage.clients.dynamodb.send(
        new GetItemCommand({ TableName: TABLE, Key: { nodeId: { S: node }, item: { S: "status" } } }),
      );
    seen.push(
      eventually(look, ({ Item }) => Item !== undefined, { timeoutMs: 120_000, everyMs: LOOK_MS }).then(
        () => performance.now() - startedMs,
      ),
    );
    await pause(1000 / PROBES_PER_S);
  }
  return Promise.all(seen);
}

interface Beside {
  readonly fromMs: number;
  readonly rate: number;
  readonly queueUrl: string;
}

async function besideReplay(running: TestStage, { fromMs, rate, queueUrl }: Beside): Promise<number[]> {
  const { clients, provisioned } = running.stage;
  const ending = new AbortController();
  let sent = 0;
  const replays = (async () => {
    while (!ending.signal.aborted) {
      const table = { client: clients.dynamodb, tableName: deployedName("local", "replays") };
      const job = jobOf(fromMs, rate);
      await createJob(table, job);
      const ended = await runReplay(await takeJob(table, job, { runner: "bench", nowMs: Date.now() }), {
        table,
        archive: { client: clients.s3, bucket: deployedName("local", "archive") },
        queue: { sqs: clients.sqs, queueUrl },
        deadLetterQueueUrl: provisioned.queues.get(nodeStatus.name)?.deadLetters.url ?? "",
        subscribed: { topics: { [shortType(CONNECTED)]: provisioned.topics.get(CONNECTED) ?? "" } },
        clock: { nowMs: Date.now, sleep: (ms) => pause(ms) },
        signal: ending.signal,
      });
      sent += ended.counts.sent;
    }
  })();
  const latencies = await probe(running, queueNameOf(queueUrl));
  ending.abort();
  await replays;
  gate(sent > 0, "the replay has sent something");
  return latencies;
}

function jobOf(fromMs: number, rate: number): ReplayJob {
  const toMs = Date.now();
  const request = { webhook: nodeStatus.name, fromMs, toMs, rate, maxDeadLetters: 0 };
  return {
    ...{
      id: `latency-${toMs}`,
      request,
      state: "running",
      startedBy: "bench",
      version: 1,
      planned: ARCHIVED,
    },
    ...{ createdAtMs: toMs, updatedAtMs: toMs, counts: NO_COUNTS, resumed: 0, problems: [] },
    hours: { first: hourOf(fromMs), last: hourOf(toMs), late: [] },
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
