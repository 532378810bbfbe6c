import { availableParallelism } from "node:os";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { DUPLICATES, UNDECODABLE } from "./messages.ts";
import type { BatteryOptions, BatteryResult, BatteryState } from "./run.ts";
import type { UnderLoad } from "./under-load.ts";

/** Returns what is wrong after a battery; nothing if all is right. */
export function problemsOf({ verified, letters, waiting, underLoad }: BatteryResult): string[] {
  const stuck = Math.max(waiting, underLoad?.waiting ?? 0);
  return [
    ...(stuck === 0 ? [] : [`${stuck} records are still waiting`]),
    ...(underLoad?.reader.examples ?? []).map((text) => `a reader saw ${text}`),
    ...verified.flatMap(({ store, code, outcome, differences }) =>
      code === 0 ? [] : [`${store} is ${outcome}`, ...differences],
    ),
    ...letters.flatMap(({ webhook, missing, strange }) =>
      [[missing, "are missing"] as const, [strange, "should not be there"] as const].flatMap(
        ([ids, what]) =>
          ids.length === 0
            ? []
            : [`${ids.length} dead letters of ${webhook} ${what}, such as ${ids[0]}`],
      ),
    ),
  ];
}

/** Describes a battery and its result. */
export function batteryReport(
  { events, nodes, seed, faults }: BatteryOptions,
  result: BatteryResult,
): string {
  const { state, kills, letters, verified, underLoad } = result;
  const problems = problemsOf(result);
  const percent = (share: number) => `${Number((share * 100).toFixed(2))} %`;
  return [
    `${number(events)} events of ${number(nodes)} nodes, seed ${seed}: ${percent(DUPLICATES)} published twice, shuffled within an hour, ${percent(UNDECODABLE)} undecodable, ${percent(faults)} of the functions' calls to services failing, ${kills} kills of functions in the middle of a batch or just after one, rules changed ${state.ruleChanges + 1} times. ${number(state.published)} messages on ${availableParallelism()} processors. ${timesOf(state)}`,
    "",
    formatTable(
      ["verify", "outcome", "compared"],
      verified.map(({ store, outcome, compared }) => [store, outcome, compared]),
    ),
    "",
    formatTable(
      ["dead letters of", "undecodable messages that it wanted", "found", "missing", "others"],
      letters.map((one) => [
        one.webhook,
        one.expected,
        one.found,
        one.missing.length,
        one.strange.length,
      ]),
    ),
    "",
    ...(underLoad === undefined ? [] : [loadText(underLoad), ""]),
    result.faults,
    problems.length === 0 ? "Nothing is lost, and nothing is wrong." : problems.join("\n"),
  ].join("\n");
}

function loadText({ published, seconds, killed, reader }: UnderLoad): string {
  return [
    `Under load: ${number(published)} messages, ${number(published / seconds)} a second, while tables were rebuilt and the old ones became live again.`,
    `The rebuild was killed ${killed.length} times: ${killed.join(", ")}.`,
    `A reader had ${number(reader.responses)} responses about ${number(reader.nodes)} nodes, of which ${number(reader.failed)} were errors; ${number(reader.wrong)} times something was missing or older than before.`,
  ].join("\n");
}

function timesOf({ seconds, published }: BatteryState): string {
  const all = Object.entries(seconds).map(([what, taken]) => `${what} ${number(taken)}`);
  const perSecond = number(published / (seconds.publishing ?? Number.POSITIVE_INFINITY));
  return `Seconds: ${all.join(", ")}; ${perSecond} messages a second while publishing.`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
