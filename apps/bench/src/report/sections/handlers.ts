import type { Comparison } from "../../rivals/compare.ts";
import type { Figures } from "../figures.ts";
import { fixed, markdownTable } from "../markdown.ts";

/** Describes our functions beside their rivals. */
export function handlersSection({ handlers }: Figures): string {
  return [
    "### Functions",
    "",
    "Events per second and processor time of each function, in a process of its own; medians of the rounds. `times ours` is how many times more time a rival takes.",
    "",
    markdownTable(HEADER, handlers.comparisons.map(rowOf)),
  ].join("\n");
}

const HEADER = [
  ...["services", "events", "batch", "function", "events/s", "times ours"],
  ...["CPU µs per event", "times ours"],
];

function rowOf(one: Comparison): (string | number)[] {
  const isOurs = one.timesOurs === 1 && one.timesOurCpu === 1;
  const times = (value: number) => (isOurs ? "" : fixed(value, value < 10 ? 2 : 0));
  return [
    ...[one.services, one.events, one.batchSize, isOurs ? `**${one.contender}**` : one.contender],
    ...[Math.round(one.eventsPerS), times(one.timesOurs), fixed(one.cpuUs, 0), times(one.timesOurCpu)],
  ];
}
