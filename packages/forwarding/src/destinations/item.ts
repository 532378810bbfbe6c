import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { isJsonObject } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
import { DESTINATION_STATES, type Destination, type DestinationSettings } from "./destination.ts";
import { checkSettings } from "./read-settings.ts";

/** Converts a destination to its item. */
export function destinationItem(destination: Destination): Attributes {
  return marshall(destination, { removeUndefinedValues: true });
}

/**
 * Converts an item to its destination. One whose item is not as we write it is disabled, with the reason, so that it does not
 * affect the others.
 */
export function decodeDestination(item: Attributes): Destination {
  const { state, stateReason, pausedAtMs, createdAtMs, updatedAtMs, version, ...given } = unmarshall(item);
  const { settings, mistakes } = checkSettings(given);
  const known = DESTINATION_STATES.find((one) => one === state);
  const reason = mistakes.length > 0 ? `Its item is invalid: ${mistakes.join(" ")}` : stateReason;
  return {
    ...settings,
    id: String(isJsonObject(given) ? given["id"] : ""),
    state: mistakes.length > 0 || known === undefined ? "disabled" : known,
    ...(typeof reason === "string" ? { stateReason: reason } : {}),
    ...(typeof pausedAtMs === "number" ? { pausedAtMs } : {}),
    createdAtMs: numberOr0(createdAtMs),
    updatedAtMs: numberOr0(updatedAtMs),
    version: numberOr0(version),
  };
}

function numberOr0(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/**
 * Makes a destination of settings: a new one, or one with the state and version of the one that it replaces.
 *
 * @example
 * ```ts
 * import { destinationOf, readSettings } from "@rainhooks/forwarding";
 *
 * const settings = readSettings({ id: "crm", url: "https://crm.example.com" });
 * const { state, version } = destinationOf(settings, { nowMs: Date.now() });
 * console.log(state, version); // active 0
 * ```
 */
export function destinationOf(
  settings: DestinationSettings,
  { nowMs, replaces }: { readonly nowMs: number; readonly replaces?: Destination },
): Destination {
  const { state = "active", stateReason, pausedAtMs, createdAtMs = nowMs, version = 0 } = replaces ?? {};
  return {
    ...settings,
    state,
    ...(stateReason === undefined ? {} : { stateReason }),
    ...(pausedAtMs === undefined ? {} : { pausedAtMs }),
    createdAtMs,
    updatedAtMs: nowMs,
    version,
  };
}
