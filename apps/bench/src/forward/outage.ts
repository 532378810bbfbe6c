import { setTimeout as pause } from "node:timers/promises";
import { attempts } from "@rainhooks/app-attempts/worker";
import { forward } from "@rainhooks/app-forward/webhook";
import { assumptions, eveningRates, PRICE, totalOf } from "@rainhooks/capacity";
import { type DestinationStore, readDestination } from "@rainhooks/forwarding";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { LiveForward } from "./live-forward.ts";
import { publishAt } from "./publish-at.ts";
import type { Receipt, Receivers } from "./receivers.ts";
import { startParts } from "./start-parts.ts";

const NODES = 1_000_000;
/** The destination wants alerts and connects. */
const PER_NODE_AND_DAY = 3;
const DAY_S = 86_400;
/** The average of a day. */
const PER_S = Math.round((NODES * PER_NODE_AND_DAY) / DAY_S);
/** How long events are published: after it is paused, nothing changes until the day ends. */
const PUBLISHED_S = 120;
/** Longer than the first two waits of the schedule: what waits then becomes a dead letter. */
const SETTLE_S = 420;
const PER_CALL = 10;

/** Measures what happens when a destination stops responding, and computes the rest of its day. */
export async function benchForwardOutage(): Promise<string> {
  const { receivers, store, quick, stop } = await startParts();
  const live = new LiveForward({ store, quick, isFair: true });
  await live.destination("silent", receivers.urls.silent);
  live.start();
  const beginning = await outage(live, store, receivers);
  const back = await comeBack(live, receivers, beginning.published);
  await live.stop();
  await stop();
  return [
    `A destination that never responds, ${PER_S} events/s for it: a fleet of ${NODES.toLocaleString("en-US")} nodes, ${PER_NODE_AND_DAY} per node and day`,
    formatTable(["measured", ""], measuredRows(beginning, back)),
    "",
    formatTable(["computed for a day of this", ""], dayRows(live, beginning)),
  ].join("\n");
}

/** What was measured until everything that was published had become a dead letter. */
interface Beginning {
  readonly published: number;
  readonly pausedAfterS: number;
  readonly requests: number;
  readonly maxWaiting: number;
  readonly maxInFlight: number;
  readonly deadLetters: number;
}

async function outage(live: LiveForward, store: DestinationStore, receivers: Receivers): Promise<Beginning> {
  const startedMs = Date.now();
  let pausedAfterS = Number.NaN;
  let maxWaiting = 0;
  const published = { count: 0, isAll: false };
  const publishing = publishAt(PER_S, PUBLISHED_S, () => {
    live.publish();
    published.count += 1;
  }).finally(() => {
    published.isAll = true;
  });
  for (let second = 0; second < PUBLISHED_S + SETTLE_S; second += 1) {
    await pause(1000);
    maxWaiting = Math.max(maxWaiting, live.queue("retries").peek().length);
    const destination = await readDestination(store, "silent");
    if (Number.isNaN(pausedAfterS) && destination?.state === "paused")
      pausedAfterS = ((destination.pausedAtMs ?? 0) - startedMs) / 1000;
    if (published.isAll && deadLettersOf(live) >= published.count) break;
  }
  await publishing;
  const requests = (await receivers.take("silent")).length;
  const maxInFlight = Math.max(
    ...(["attempts", "retries"] as const).map((name) => live.figures(name).maxInFlight),
  );
  const deadLetters = deadLettersOf(live);
  gate(pausedAfterS > 0, "the destination is paused");
  gate(deadLetters === published.count, "every event is a dead letter");
  return { published: published.count, pausedAfterS, requests, maxWaiting, maxInFlight, deadLetters };
}

function deadLettersOf(live: LiveForward): number {
  return live.queue("attempts-dead-letters").peek().length + live.queue("retries-dead-letters").peek().length;
}

/** What redrive brought back. */
interface Back {
  readonly seconds: number;
  readonly arrived: number;
  readonly twice: number;
}

async function comeBack(live: LiveForward, receivers: Receivers, published: number): Promise<Back> {
  await receivers.change("silent", "quick");
  const startedMs = Date.now();
  await live.resume("silent");
  const receipts: Receipt[] = [];
  const ids = () => new Set(receipts.map(({ id }) => id)).size;
  for (let second = 0; second < SETTLE_S && ids() < published; second += 1) {
    await pause(1000);
    receipts.push(...(await receivers.take("silent")));
  }
  gate(ids() === published, "every event arrives after the redrive");
  const lastMs = receipts.reduce((last, { atMs }) => Math.max(last, atMs), startedMs);
  return { seconds: (lastMs - startedMs) / 1000, arrived: ids(), twice: receipts.length - ids() };
}

function measuredRows(beginning: Beginning, { seconds, arrived, twice }: Back): (string | number)[][] {
  return [
    ["published", beginning.published],
    ["paused after, seconds", Number(beginning.pausedAfterS.toFixed(1))],
    ["requests to it", beginning.requests],
    ["maximum in the queue of retries", beginning.maxWaiting],
    ["maximum in flight in a queue (SQS allows 120,000)", beginning.maxInFlight],
    ["dead letters", beginning.deadLetters],
    ["arrived after resume and redrive", arrived],
    ["of them twice", twice],
    ["seconds until the last one", Number(seconds.toFixed(1))],
  ];
}

/** The rest of the day is as the time after the pause: each event becomes a dead letter at once. */
function dayRows(live: LiveForward, { pausedAfterS, requests }: Beginning): (string | number)[][] {
  const events = NODES * PER_NODE_AND_DAY;
  const dollars = dayDollars(live, events);
  const evening = totalOf(eveningRates(["rmaker.event.alert", "rmaker.event.node_connected"], NODES));
  return [
    ["events for it", events],
    ["requests to it", requests],
    ["dead letters", events],
    ["seconds of it in which events waited", Number(pausedAfterS.toFixed(1))],
    [
      "in flight in the evening, if no invocation finished before its visibility timeout",
      Math.round(evening * attempts.queue.visibilityTimeoutS).toLocaleString("en-US"),
    ],
    ...Object.entries(dollars).map(([item, amount]) => [`$ ${item}`, Number(amount.toFixed(2))]),
  ];
}

function dayDollars(live: LiveForward, events: number): Record<string, number> {
  // Sent, received and deleted in two queues, and sent to the dead letters. The topic sends one at a time.
  const requests = events * (1 + 6 / PER_CALL);
  const lambda = (["forward", "attempts"] as const).reduce((sum, name) => {
    const { invocations, invocationMs } = live.figures(name);
    const { memoryMiB } = (name === "forward" ? forward : attempts).function;
    const perDay = events / PER_S;
    const gbS = (perDay * (invocationMs / invocations) * memoryMiB) / 1000 / 1024;
    return sum + perDay * PRICE.lambdaRequest + gbS * PRICE.lambdaGbS;
  }, 0);
  const logGb = ((events / PER_S) * 2 * LOG_BYTES + events * WARNING_BYTES) / 1e9;
  const parts = {
    SQS: requests * PRICE.sqsRequest,
    "DynamoDB (copies)": events * PRICE.dynamoWrite,
    "Lambda, with the times of this machine": lambda,
    "CloudWatch (a line for each dead letter)": logGb * (PRICE.logGb + PRICE.logGbMonth),
  };
  return { ...parts, "in all": Object.values(parts).reduce((sum, one) => sum + one, 0) };
}

/** Lines of an invocation with its metrics, and the warning of a dead letter. */
const LOG_BYTES = assumptions.PLATFORM_LOG_BYTES + 700;
const WARNING_BYTES = 450;
