import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { createTables } from "../outage-world.ts";
import { isPage, type Rung, rowOf, runbookRows, rungIn } from "../stack/ringing-alarms.ts";
import { type Fault, playOutage } from "./played-outage.ts";

/*
 * Which alarms of a stage ring in an outage, and when: the metrics are those that the real handlers
 * emit on queues with SQS's rules, and those of SQS and Lambda by their rules; the conditions are
 * those of the synthesized stack. Nothing waits. The table in docs/runbook.md has the outcome of
 * each play.
 */

/** A story of a production stage. */
interface Play {
  readonly name: string;
  readonly fault: Fault;
  /** When it begins and ends, minutes after the beginning. */
  readonly minutes: readonly [from: number, to: number];
  /** Minutes after its end that are played, too. */
  readonly after: number;
  /** Minutes after its beginning in which a page must be sent; `never` if nobody must be woken. */
  readonly pageWithin: number | "never";
  /** Nodes report once in so many minutes; the sweep of alarms runs only if that is each minute. */
  readonly everyMinutes: number;
}

const BEGIN_MS = Date.UTC(2026, 10, 25, 12);
const HOUR = HOUR_MS / MINUTE_MS;

function story(
  name: string,
  fault: Fault,
  pageWithin: Play["pageWithin"],
  change: Partial<Play> = {},
): Play {
  return { name, fault, pageWithin, minutes: [10, 70], after: 50, everyMinutes: 1, ...change };
}

const SHORT = { minutes: [5, 25], after: 35 } as const;
const nodeStatus = "node-status";

/** What can go wrong with a production stage, as the real handlers play it. */
const PLAYS: readonly Play[] = [
  story("DynamoDB is away for an hour", { down: ["dynamodb"] }, 20),
  story("Firehose is away for an hour", { down: ["firehose"] }, 25),
  story("SQS takes no calls of functions for an hour", { down: ["sqs"] }, 20),
  // The first event of this node comes in the fourth minute.
  story("DynamoDB fails for one node of a hundred, for an hour", { failingNode: "n13" }, 25, {
    minutes: [4, 64],
  }),
  story("a deployment breaks node-status for an hour", { broken: nodeStatus }, 10),
  story(
    "a deployment breaks every third invocation of node-status for an hour",
    { flaky: nodeStatus },
    20,
  ),
  story(
    "a deployment breaks node-status for 26 hours, with few events",
    { broken: nodeStatus },
    10,
    {
      minutes: [60, 60 + 26 * HOUR],
      everyMinutes: 60,
    },
  ),
  story("node-status is not invoked for an hour", { stopped: nodeStatus }, 20),
  story("the sweep of alarms is not invoked for an hour", { stopped: "watch" }, 20),
  story(
    "a producer sends five messages a minute that nobody can read, for an hour",
    { poison: 5 },
    30,
  ),
  story("a producer sends two such messages", { poison: 2 }, "never", {
    minutes: [10, 11],
    after: 49,
  }),
  story("one node sends ten times a second for 20 minutes", { flood: 600 }, "never", {
    ...SHORT,
    after: 100,
  }),
  story("one node sends four times a second for 20 minutes", { flood: 240 }, "never", SHORT),
];

/** Plays a story with new tables. */
async function play(
  tables: TestTables,
  { fault, minutes, after, everyMinutes }: Play,
): Promise<Rung[]> {
  await createTables(tables);
  const length = minutes[1] + after;
  const points = await playOutage(
    tables,
    { ...fault, minutes },
    {
      startMs: BEGIN_MS,
      minutes: length,
      everyMinutes,
    },
  );
  return rungIn(points, { fromMs: BEGIN_MS, toMs: BEGIN_MS + length * MINUTE_MS }, minutes[0]);
}

let tables: TestTables;
beforeEach(async () => {
  tables = await startTables();
});
afterEach(() => tables.stop());

test.each(PLAYS)("$name", async (story) => {
  const rung = await play(tables, story);
  const pages = rung.filter(isPage);
  expect(pages.map(({ times }) => times)).toEqual(story.pageWithin === "never" ? [] : [1]);
  if (story.pageWithin !== "never") expect(pages[0]?.from).toBeLessThanOrEqual(story.pageWithin);
  expect(runbookRows()).toContain(rowOf(story, rung));
});
