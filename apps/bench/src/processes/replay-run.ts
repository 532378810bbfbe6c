/* A plan and a replay in a process of their own. The arguments are the endpoint, and the range of times. */
import { setTimeout as pause } from "node:timers/promises";
import { hourOf } from "@rainhooks/archive";
import { CATALOG, shortType } from "@rainhooks/core";
import { NO_COUNTS, planReplay, type ReplayJob, runReplay } from "@rainhooks/operate";
import { localClients } from "@rainhooks/stage";
import { serveParent } from "./parent.ts";
import { usage } from "./usage.ts";

const [endpoint = "", from = "", to = ""] = process.argv.slice(2);
const [fromMs, toMs] = [Number(from), Number(to)];
const { s3, sqs, dynamodb } = localClients(endpoint);
const archive = { client: s3, bucket: "archive" };
const hours = { first: hourOf(fromMs), last: hourOf(toMs), late: [] };
const topics = Object.fromEntries(
  CATALOG.map(({ type, topic }) => [shortType(type), `arn:aws:sns:::${topic}`]),
);
const selection = { fromMs, toMs };
/** As many as the queue takes. */
const RATE = 1_000_000;

async function plan() {
  const { read, matched } = await planReplay(selection, { archive, hours, subscribed: { topics } });
  return { read, matched };
}

/** Reads everything, and decodes each delivery to find those of one node. */
async function planOfNode() {
  const one = { ...selection, nodes: ["node-42"] };
  const { read, matched } = await planReplay(one, { archive, hours, subscribed: { topics } });
  return { read, matched };
}

async function run() {
  const request = { ...selection, webhook: "bench", rate: RATE, maxDeadLetters: 0 };
  const job: ReplayJob = {
    ...{ id: "bench", request, state: "running", startedBy: "bench", version: 1, hours, planned: 0 },
    ...{ createdAtMs: 0, updatedAtMs: 0, counts: NO_COUNTS, resumed: 0, problems: [], runner: "bench" },
  };
  const queueUrl = `${endpoint}/000000000000/bench`;
  const ended = await runReplay(job, {
    table: { client: dynamodb, tableName: "replays" },
    archive,
    queue: { sqs, queueUrl },
    deadLetterQueueUrl: queueUrl,
    subscribed: { topics },
    clock: { nowMs: Date.now, sleep: (ms) => pause(ms) },
  });
  return { ...ended.counts, state: ended.state, reason: ended.reason };
}

const WORK: Readonly<Record<string, () => Promise<object>>> = { plan, planOfNode, run };

serveParent({}, async (content) => {
  const startedMs = performance.now();
  const result = await WORK[String(content)]?.();
  return { ...result, ms: performance.now() - startedMs, peakMiB: usage().peakMiB };
});
