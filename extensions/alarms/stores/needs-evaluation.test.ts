import { expect, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { fieldsWith, joinFacts } from "@rainhooks/node-status/facts";
import { project } from "@rainhooks/node-status/project";
import { deliveryOf } from "@rainhooks/testing/samples";
import { type MarkPolicy, needsEvaluation } from "./needs-evaluation.ts";
import { ALARM_FIELDS } from "./node-fields.ts";

const MIN = 60_000;
const START_MS = Date.UTC(2026, 10, 24);

const FIELDS = fieldsWith(ALARM_FIELDS);

const POLICY: MarkPolicy = { offlineMs: 10 * MIN, flapping: undefined, silentMs: undefined };

/** A connect (`7`), a disconnect (`-7`) or a change of parameters (`"7"`) at a minute. */
function event(at: number | string): RainmakerEvent {
  const type =
    typeof at === "string"
      ? "node_params_changed"
      : at < 0
        ? "node_disconnected"
        : "node_connected";
  const timestamp = START_MS + Math.abs(Number(at)) * MIN;
  const body = {
    event_type: `rmaker.event.${type}`,
    timestamp,
    event_data: { node_id: "n", params: {} },
  };
  const decoded = decode(deliveryOf(body, { sentAtMs: timestamp }));
  if (decoded.kind === "event") return decoded.event;
  throw new Error(JSON.stringify(decoded));
}

function isMarked(
  known: readonly (number | string)[],
  added: (number | string)[],
  policy: MarkPolicy,
  now: number,
) {
  const factsOf = (some: readonly (number | string)[]) =>
    project(some.map(event), 60 * MIN, FIELDS);
  const before = known.length === 0 ? undefined : factsOf(known);
  const after = before === undefined ? factsOf(added) : joinFacts(before, factsOf(added), FIELDS);
  return needsEvaluation(before, after, policy, START_MS + now * MIN);
}

test.each<[string, (number | string)[], (number | string)[], number, boolean]>([
  ["the first disconnect of a node", [], [-5], 5, false],
  ["a disconnect in time", [1], [-5], 5.5, false],
  ["a disconnect that comes late", [1], [-5], 7, true],
  ["a connect after a short outage", [1, -5], [13.8], 13.9, false],
  ["a connect that is known when the outage may have been an alarm", [1, -5], [14.6], 15, true],
  ["a connect after a long outage", [1, -5], [15], 15, true],
  ["a connect after an outage with two disconnects", [1, -5, -9], [16], 16, true],
  ["a second disconnect while offline", [1, -5], [-9], 9, true],
  ["a connect that comes late", [1, -5], [7], 10, true],
  ["a connect that happened before the last disconnect", [-5], [4.9], 5, true],
  ["an outage in one batch", [1], [-5, 5.5], 6, false],
  ["a change of parameters", [1, -5], ["7"], 7, false],
])("%s", (_name, known, added, now, expected) => {
  expect(isMarked(known, added, POLICY, now)).toBe(expected);
});

test.each<[string, number[], number[], number, boolean]>([
  ["a drop that is one too many", [-1, 2, -3, 4], [-5], 5, true],
  ["one that is not", [-1, 2], [-5], 5, false],
  ["one after the window", [-1, 2, -3, 4], [-20], 20, false],
  ["a connect after it, which may show that it was none", [-1, 2, -3, 4, -5], [5.001], 5.01, true],
])("flapping: %s", (_name, known, added, now, expected) => {
  const flapping = { count: 3, windowMs: 10 * MIN };
  expect(isMarked(known, added, { ...POLICY, offlineMs: undefined, flapping }, now)).toBe(expected);
});

test.each<[string, string[], string[], boolean]>([
  ["a node that sends again after a long time", ["0"], ["300"], true],
  ["one that sends again after a short time", ["240"], ["300"], false],
  ["an event of which is known late that it ended no silence", ["0"], ["100"], true],
  ["an event in a gap", ["0", "300"], ["120"], true],
  ["a silence in one batch", [], ["0", "300"], true],
  ["the first events of a node", [], ["240", "300"], false],
  ["the first event of a node, known before its silence is an alarm", [], ["182"], false],
  ["the first event of a node, known when its silence is an alarm", [], ["60"], true],
  ["an event of an hour that is known", ["0", "300"], ["302"], false],
])("silence: %s", (_name, known, added, expected) => {
  const policy = { offlineMs: undefined, flapping: undefined, silentMs: 120 * MIN };
  expect(isMarked(known, added, policy, 300)).toBe(expected);
  expect(isMarked(known, added, POLICY, 300)).toBe(false);
});
