import { hash } from "node:crypto";
import type { Life } from "./lives.ts";

/*
 * What a week has to show, written without any code of the product: nodes that are offline for ten
 * minutes, five drops within ten minutes, nodes that send nothing for some hours, and at least half
 * of the fleet, which are ten nodes at least, offline at the same time.
 */

const MIN = 60_000;

const HOUR = 60 * MIN;

/** Times are epoch milliseconds. */
export interface ExpectedAlarm {
  readonly id: string;
  readonly rule: string;
  readonly node: string;
  readonly start: number;
  readonly raised: number;
  /** Infinite for one that lasts. */
  readonly end: number;
}

/** Rules in the format of `watch add --file`. */
export function rulesOf({ quietHours }: { readonly quietHours: number }) {
  return [
    { name: "offline", kind: "offline", for: "10m" },
    { name: "flapping", kind: "flapping", count: 5, window: "10m" },
    { name: "quiet", kind: "silent", for: `${quietHours}h` },
    { name: "half", kind: "outage", by: "fleet", share: 0.5, count: 10 },
  ] as const;
}

/** Returns all alarms that are raised up to a time, by their ids. */
export function expectedAlarms(
  lives: readonly Life[],
  { startMs, quietHours }: { readonly startMs: number; readonly quietHours: number },
  untilMs: number,
): ExpectedAlarm[] {
  const outages = outagesOf(lives);
  const ofNodes = lives.flatMap((life, node) =>
    [...offline(life), ...flapping(life), ...quiet(startMs, life, quietHours * HOUR)].flatMap(
      ({ rest, ...span }) => {
        const raised = afterOutages(span.raised, rest, outages);
        return raised > Math.min(span.end, untilMs) ? [] : [{ ...span, raised, node: `n${node}` }];
      },
    ),
  );
  const ofFleet = outages.map(({ start, end }) => ({
    rule: "half",
    start,
    raised: start,
    end,
    node: "fleet",
  }));
  return [...ofNodes, ...ofFleet]
    .map((alarm) => ({ id: idOf(alarm), ...alarm }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function idOf({ rule, node, start }: Omit<ExpectedAlarm, "id">): string {
  const text = JSON.stringify([rule, 1, node, null, start]);
  return hash("sha256", text, "base64url").slice(0, 22).replace(/^-/, "_");
}

/**
 * What would be raised during an outage is raised after it, when the node has had some time to come
 * back.
 */
function afterOutages(raised: number, rest: number, outages: readonly Outage[]): number {
  return outages.reduce(
    (at, { start, end }) => (start <= at && at < end ? end + rest : at),
    raised,
  );
}

interface Outage {
  readonly start: number;
  readonly end: number;
}

/** Counts the nodes that are offline after each change. */
function outagesOf(lives: readonly Life[]): Outage[] {
  const changes = lives
    .flatMap((life) => life.map((at, index) => ({ at, by: index % 2 === 0 ? 1 : -1 })))
    .toSorted((a, b) => a.at - b.at);
  const outages: Outage[] = [];
  let offlineNodes = 0;
  let start: number | undefined;
  for (const [index, { at, by }] of changes.entries()) {
    offlineNodes += by;
    if (changes[index + 1]?.at === at) continue;
    if (offlineNodes >= 10 && offlineNodes >= lives.length / 2) start ??= at;
    else if (start !== undefined) {
      outages.push({ start, end: at });
      start = undefined;
    }
  }
  return outages;
}

type Span = Omit<ExpectedAlarm, "id" | "node"> & { readonly rest: number };

function offline(life: Life): Span[] {
  return life.flatMap((start, index) => {
    const end = life[index + 1] ?? 0;
    if (index % 2 === 1 || end - start < 10 * MIN) return [];
    return [{ rule: "offline", start, raised: start + 10 * MIN, end, rest: 10 * MIN }];
  });
}

/** A node sends something when it connects, first at the start. It is known to the hour. */
function quiet(startMs: number, life: Life, quietMs: number): Span[] {
  const connects = [startMs, ...life.filter((_, index) => index % 2 === 1)];
  const hours = [...new Set(connects.map((at) => at - (at % HOUR)))];
  return hours.flatMap((hour, index) => {
    const start = hour + HOUR;
    const end = hours[index + 1] ?? Number.POSITIVE_INFINITY;
    const rest = Math.min(quietMs, HOUR);
    return end - start < quietMs
      ? []
      : [{ rule: "quiet", start, raised: start + quietMs, end, rest }];
  });
}

function flapping(life: Life): Span[] {
  const drops = life.filter((_, index) => index % 2 === 0);
  const tooMany = drops.filter((drop, index) => drop - (drops[index - 4] ?? 0) < 10 * MIN);
  const firsts = tooMany.filter((drop, index) => drop - (tooMany[index - 1] ?? 0) >= 10 * MIN);
  return firsts.map((start, index) => {
    const until = firsts[index + 1] ?? Number.POSITIVE_INFINITY;
    const end = (tooMany.findLast((drop) => drop < until) ?? 0) + 10 * MIN;
    return { rule: "flapping", start, raised: start, end, rest: 0 };
  });
}
