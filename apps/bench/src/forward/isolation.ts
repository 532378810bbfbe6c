import { setTimeout as pause } from "node:timers/promises";
import { type DestinationStore, readAll, removeDestination } from "@rainhooks/forwarding";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { LiveForward, type LiveOptions } from "./live-forward.ts";
import { percentile } from "./percentile.ts";
import { publishAt } from "./publish-at.ts";
import type { Receipt, Receivers } from "./receivers.ts";
import { startParts } from "./start-parts.ts";

/** One run: what is published, and to whom else it goes. */
interface Run {
  readonly name: string;
  readonly perS: number;
  readonly others: boolean;
  readonly isFair: boolean;
  /** Maximum invocations of each worker at once; those of its definition if absent. */
  readonly maxConcurrency?: number;
}

const RATES = [35, 100, 1000];
const SECONDS = 40;
/** Time in which functions find out that a destination does not respond, and which one is slow. */
const ONSET_S = 20;
/** Maximum time in which the last events arrive. */
const LATE_S = 90;

/** Measures how long events take to a destination, alone and beside one that never responds and one that takes 10 s. */
export async function benchForwardIsolation(): Promise<string> {
  const { receivers, store, quick, stop } = await startParts();
  const rows: (string | number)[][] = [];
  for (const perS of RATES) {
    for (const run of runsAt(perS)) {
      const { isFair, maxConcurrency } = run;
      const options = { store, quick, isFair, maxConcurrency };
      rows.push([perS, run.name, ...(await measure(run, options, receivers))]);
    }
  }
  await stop();
  return [
    `Events for a destination, published for ${SECONDS} s; the others are one that never responds and one that takes 10 s`,
    formatTable(HEADER, rows),
  ].join("\n");
}

const HEADER = [
  "published/s",
  "run",
  "received/s",
  "p50 ms",
  "p99 ms",
  "p99 at first",
  "maximum",
  "invocations at once",
  "paused",
];

function runsAt(perS: number): readonly Run[] {
  return [
    { name: "alone", perS, others: false, isFair: true },
    { name: "with the others", perS, others: true, isFair: true },
    { name: "with the others, without groups", perS, others: true, isFair: false },
    { name: "with the others, 100 invocations", perS, others: true, isFair: true, maxConcurrency: 100 },
  ];
}

async function measure(
  { name, perS, others }: Run,
  options: LiveOptions,
  receivers: Receivers,
): Promise<(string | number)[]> {
  const ids = others ? (["quick", "silent", "slow"] as const) : (["quick"] as const);
  const live = new LiveForward(options);
  for (const id of ids) await live.destination(id, receivers.urls[id]);
  for (const id of ids) await receivers.take(id);
  live.start();
  const startMs = Date.now();
  const published = await publishAt(perS, SECONDS, () => live.publish());
  const receipts = await allReceipts(receivers, published);
  const paused = await pausedIn(options.store);
  await live.stop();
  for (const id of ids) await removeDestination(options.store, id);
  gate(new Set(receipts.map(({ id }) => id)).size === published, `${name}: every event arrives`);
  return [...figuresOf(receipts, startMs), live.figures("attempts").maxAtOnce, paused];
}

async function allReceipts(receivers: Receivers, published: number): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  for (let second = 0; second < LATE_S && receipts.length < published; second += 1) {
    receipts.push(...(await receivers.take("quick")));
    await pause(1000);
  }
  return receipts;
}

async function pausedIn(store: DestinationStore): Promise<string> {
  const { destinations } = await readAll(store);
  const paused = destinations.filter(({ state }) => state === "paused");
  return paused.map(({ id }) => id).join(", ");
}

function figuresOf(receipts: readonly Receipt[], startMs: number): number[] {
  const ages = (from: number, to: number) =>
    receipts
      .filter(({ sentAtMs }) => sentAtMs >= startMs + from * 1000 && sentAtMs < startMs + to * 1000)
      .map(({ atMs, sentAtMs }) => atMs - sentAtMs);
  const lastMs = receipts.reduce((last, { atMs }) => Math.max(last, atMs), startMs);
  const later = ages(ONSET_S, SECONDS + 1);
  const first = ages(0, ONSET_S);
  return [
    Math.round((receipts.length * 1000) / (lastMs - startMs)),
    percentile(later, 0.5),
    percentile(later, 0.99),
    percentile(first, 0.99),
    [...later, ...first].reduce((a, b) => Math.max(a, b), 0),
  ];
}
