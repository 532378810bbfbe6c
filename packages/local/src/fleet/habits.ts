import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { Chance } from "../aws/chance.ts";
import type { FleetNode } from "./fleet.ts";

/**
 * What a node or its user wants to do at some time in an hour. Whether it happens depends on the
 * node's state then.
 */
export type Intent =
  | { readonly kind: "use" | "alert" | "cut-power" | "boot"; readonly inMs: number }
  | { readonly kind: "drop"; readonly inMs: number; readonly outageMs: number };

/** How often a light is used, by hour of the day (UTC). */
const USES_PER_HOUR = [
  0.1, 0.03, 0.02, 0.02, 0.02, 0.1, 0.5, 0.8, 0.4, 0.15, 0.1, 0.1, 0.2, 0.15, 0.1, 0.2, 0.3, 0.6, 1,
  1, 1, 1, 0.6, 0.3,
];
const OTHER_USES_PER_HOUR = 0.3;
/** Number of chances per hour over which the uses are spread. */
const CHANCES_PER_HOUR = 3;

/**
 * Returns what happens to a node in an hour of the day.
 *
 * @param stretch How many times less often than usual; a node that is switched off every night
 * still is.
 */
export function intentsOf(
  node: FleetNode,
  hourOfDay: number,
  chance: Chance,
  stretch: number,
): Intent[] {
  return [
    ...usesOf(node, hourOfDay, chance, stretch),
    ...connectionOf(node, chance, stretch),
    ...(node.habit === "switched" ? switchedOf(hourOfDay, chance) : []),
  ];
}

function usesOf(
  { device }: FleetNode,
  hourOfDay: number,
  chance: Chance,
  stretch: number,
): Intent[] {
  const uses = device.name === "Light" ? (USES_PER_HOUR[hourOfDay] ?? 0) : OTHER_USES_PER_HOUR;
  const intents: Intent[] = [];
  for (let time = 0; time < CHANCES_PER_HOUR; time++) {
    if (chance.happens(uses / CHANCES_PER_HOUR / stretch))
      intents.push({ kind: "use", inMs: sometime(chance) });
  }
  if (chance.happens(0.01 / stretch)) intents.push({ kind: "alert", inMs: sometime(chance) });
  return intents;
}

function switchedOf(hourOfDay: number, chance: Chance): Intent[] {
  if (hourOfDay === 6) return [{ kind: "boot", inMs: sometime(chance) }];
  return hourOfDay === 23 ? [{ kind: "cut-power", inMs: sometime(chance) }] : [];
}

function connectionOf({ habit }: FleetNode, chance: Chance, stretch: number): Intent[] {
  const drop = (shortestMs: number, longestMs: number): Intent => ({
    kind: "drop",
    inMs: sometime(chance),
    outageMs: chance.int(shortestMs, longestMs),
  });
  const intents = chance.happens(0.02 / stretch) ? [drop(20 * SECOND_MS, 10 * MINUTE_MS)] : [];
  if (habit === "fading" && chance.happens(0.05 / stretch))
    intents.push(drop(10 * HOUR_MS, 72 * HOUR_MS));
  if (habit === "flapping" && chance.happens(0.15 / stretch)) {
    const drops = chance.int(3, 8);
    for (let count = 0; count < drops; count++) intents.push(drop(5 * SECOND_MS, MINUTE_MS));
  }
  return intents;
}

function sometime(chance: Chance): number {
  return chance.int(0, HOUR_MS - 1);
}
