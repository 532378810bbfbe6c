import type { ConsoleFigures } from "../../console/console.ts";
import { forwardBill } from "../../forward/cost.ts";
import { median } from "../../median.ts";
import type { Figures } from "../figures.ts";
import { fixed, markdownTable } from "../markdown.ts";

const RECEIVER_MS = [10, 100, 1000];

/** Describes forwarding beside clients, and what others ask for it. */
export function forwardSection({ forward, http }: Figures): string {
  const dollars = RECEIVER_MS.map((ms) =>
    Object.values(forwardBill(forward, ms)).reduce((sum, one) => sum + one, 0),
  );
  const ours = `${fixed(Math.min(...dollars), 2)} to ${fixed(Math.max(...dollars), 2)}`;
  return [
    "### Forward",
    "",
    "Requests to a receiver in another process: the sink of `forward`, with and without signatures, and plain loops.",
    "",
    markdownTable(
      ["", "events/s", "times `fetch`"],
      http.map(({ name, perS, timesFetch }) => [name, Math.round(perS), fixed(timesFetch, 2)]),
    ),
    "",
    "The functions of forwarding, with services that respond after 5 ms:",
    "",
    markdownTable(
      ["function", "batch", "CPU ms per event", "requests to services per event"],
      forward.map(({ name, size, cpuMs, calls }) => [
        ...[name, size, fixed(cpuMs / size, 2)],
        fixed(
          Object.values(calls).reduce((sum, one) => sum + one, 0),
          2,
        ),
      ]),
    ),
    "",
    `A million events to one destination cost $${ours} with retries, pauses, signatures and a log of attempts; $1.20 with API destinations of EventBridge, which retry for 24 hours and have no signatures, no pauses and no log, and $100 with Svix. Their limits and sources: [benchmarks.md](benchmarks.md#forwarding).`,
  ].join("\n");
}

/** Describes the console beside what is known of another one. */
export function consoleSection({ console: shown }: Figures): string {
  return [
    "### Console",
    "",
    ...(typeof shown === "string" ? [`Not measured: ${shown}.`] : consoleLines(shown)),
    "",
    "ThingsBoard documents no such figures. Its users report a table with a page of 500 of 10,000 devices as slow, one of 1,000 as much slower, and a map of them as minutes, after which the tab froze ([thingsboard#12383](https://github.com/thingsboard/thingsboard/issues/12383), version 3.9.0); it was not run here.",
  ].join("\n");
}

function consoleLines({
  nodes,
  firstRows,
  scrolled,
  before,
  after,
  changes,
  updateTasks,
}: ConsoleFigures): string[] {
  const ordered = scrolled.frames.toSorted((a, b) => a - b);
  const frame = (share: number) =>
    `${fixed(ordered[Math.floor(ordered.length * share)] ?? Number.NaN, 0)} ms`;
  return [
    `Its list of ${nodes.toLocaleString("en-US")} nodes in Chromium:`,
    "",
    markdownTable(
      ["", ""],
      [
        ["first row, median of 5", `${fixed(median(firstRows), 0)} ms`],
        ["rows scrolled past in 15 s", scrolled.rows],
        ["a frame meanwhile, p50 / p99", `${frame(0.5)} / ${frame(0.99)}`],
        ["heap before and after", `${fixed(before.heapMiB, 1)} and ${fixed(after.heapMiB, 1)} MiB`],
        ["changes of nodes in between", changes],
        ["tasks of more than 50 ms meanwhile", updateTasks.length],
      ],
    ),
  ];
}
