import { randomBytes } from "node:crypto";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { defined } from "@rainhooks/core/collections";
import { mistakeText } from "@rainhooks/core/mistake";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { DESTINATION_STATES, type Destination, type DestinationSettings } from "./destination.ts";
import { checkSettings, supportedSettings } from "./read-settings.ts";

/** Converts a destination to its item. */
export function destinationItem(destination: Destination): Attributes {
  return marshall(destination, { removeUndefinedValues: true });
}

/**
 * Converts an item to its destination. One whose item is not as we write it is disabled, with the
 * reason, so that it does not affect the others.
 */
export function decodeDestination(item: Attributes): Destination {
  const { state, createdAtMs, updatedAtMs, version, ...rest } = unmarshall(item);
  const { settings, mistakes } = checkSettings(supportedSettings(rest));
  const isInvalid = mistakes.length > 0;
  const known = DESTINATION_STATES.find((one) => one === state);
  const optional = Object.entries(OPTIONAL).filter(([name, type]) => typeof rest[name] === type);
  return {
    ...settings,
    ...Object.fromEntries(optional.map(([name]) => [name, rest[name]])),
    ...(isInvalid && {
      stateReason: `Its item is invalid: ${mistakes.map((one) => mistakeText(one)).join(" ")}`,
    }),
    id: String(rest["id"] ?? ""),
    state: isInvalid || known === undefined ? "disabled" : known,
    createdAtMs: numberOr0(createdAtMs),
    updatedAtMs: numberOr0(updatedAtMs),
    version: numberOr0(version),
  };
}

/** The types of what an item can have besides its settings. */
const OPTIONAL = {
  stateReason: "string",
  pausedAtMs: "number",
  pauseId: "string",
  resumedAtMs: "number",
  secretsId: "string",
};

function numberOr0(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/**
 * Makes a destination of settings: a new one, or one with the state and version of the one that it
 * replaces.
 */
export function destinationOf(
  settings: DestinationSettings,
  { nowMs, replaces }: { readonly nowMs: number; readonly replaces?: Destination },
): Destination {
  if (replaces === undefined)
    return { ...settings, state: "active", createdAtMs: nowMs, updatedAtMs: nowMs, version: 0 };
  const { secretsId, createdAtMs } = replaces;
  const kept = { ...defined({ secretsId }), createdAtMs, updatedAtMs: nowMs };
  return { ...settings, ...stateOf(replaces), ...kept };
}

/** Returns the parts of a destination that functions change, and its version. */
export function stateOf({
  state,
  version,
  stateReason,
  pausedAtMs,
  pauseId,
  resumedAtMs,
}: Destination) {
  return { state, version, ...defined({ stateReason, pausedAtMs, pauseId, resumedAtMs }) };
}

/** Returns the settings of a destination, as {@link readSettings} reads them. */
export function settingsOf(destination: Destination): DestinationSettings {
  return checkSettings(supportedSettings({ ...destination })).settings;
}

/**
 * Returns the id under which the secrets of a destination are stored. Each change of secrets gets
 * an id of its own, so that a row and its secrets always belong together.
 */
export function secretsIdOf({ id, secretsId = id }: Pick<Destination, "id" | "secretsId">): string {
  return secretsId;
}

const ID_BYTES = 6;

/** Returns a new id for secrets. The id of a destination contains no dot. */
export function newSecretsId(id: string): string {
  return `${id}.${randomBytes(ID_BYTES).toString("hex")}`;
}
