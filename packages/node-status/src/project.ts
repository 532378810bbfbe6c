import { isJsonObject, type JsonValue, type RainmakerEvent } from "@rainhooks/core";
import { isQuiet } from "./events.ts";
import {
  joinFacts,
  type LastAlert,
  type Membership,
  NO_FACTS,
  type NodeConfig,
  type NodeFacts,
  type Source,
} from "./facts.ts";
import type { Stamp } from "./stamp.ts";

/** An event claims to be from the future when its time is this much after SNS took it; its time is then SNS's. */
const CLOCK_AHEAD_MS = 300_000;
/** Texts are cut so that a row stays within the kilobyte that one write unit pays for. */
const LONGEST_NAME = 100;
const LONGEST_ALERT = 200;

/** What some events of one node say together, whatever their order and however often each comes. */
export function project(events: readonly RainmakerEvent[], seenIntervalMs: number): NodeFacts {
  return events.map((event) => factsOf(event, seenIntervalMs)).reduce(joinFacts, NO_FACTS);
}

/** Beginning of the interval in which an event happened; `undefined` when nobody wants to know. */
export function seenMsOf(event: RainmakerEvent, seenIntervalMs: number): number | undefined {
  if (seenIntervalMs <= 0) return undefined;
  return Math.floor(stampOf(event).atMs / seenIntervalMs) * seenIntervalMs;
}

/**
 * When an event happened. RainMaker's text timestamps end at the second; events of the same second are told apart by
 * when SNS took them. Between events with milliseconds that tie, there is nothing to tell them apart, and connected
 * wins: a reconnecting node ends its old session at the moment it begins the new one.
 */
export function stampOf(event: RainmakerEvent): Stamp {
  const claimedMs = connectivityTimeMs(event) ?? event.atMs;
  const atMs = claimedMs > event.sentAtMs + CLOCK_AHEAD_MS ? event.sentAtMs : claimedMs;
  return { atMs, tieMs: atMs % 1000 === 0 ? event.sentAtMs : 0 };
}

function factsOf(event: RainmakerEvent, seenIntervalMs: number): NodeFacts {
  const stamp = stampOf(event);
  const source = { atMs: stamp.atMs, sentAtMs: event.sentAtMs, deliveryId: event.deliveryId };
  const seenMs = seenMsOf(event, seenIntervalMs);
  if (isQuiet(event.type)) return { ...NO_FACTS, seenMs };
  return {
    ...NO_FACTS,
    seenMs,
    lastEvent: { type: event.type, ...source },
    connected: event.type === "rmaker.event.node_connected" ? stamp : undefined,
    disconnected: event.type === "rmaker.event.node_disconnected" ? stamp : undefined,
    config: configOf(event, source),
    lastAlert: alertOf(event, source),
    users: usersOf(event, stamp),
    tags: "tags" in event.data ? [...new Set(event.data.tags)].sort() : [],
  };
}

function connectivityTimeMs(event: RainmakerEvent): number | undefined {
  return "connectivity" in event.data ? event.data.connectivity?.timestamp : undefined;
}

/** A node reports its configuration with its name, firmware, type and model under `info`. */
function configOf(event: RainmakerEvent, source: Source): NodeConfig | undefined {
  if (event.type !== "rmaker.event.node_config_changed") return undefined;
  const info = event.data.config?.["info"];
  if (!isJsonObject(info)) return undefined;
  return {
    ...source,
    ...named("name", info["name"]),
    ...named("firmware", info["fw_version"]),
    ...named("type", info["type"]),
    ...named("model", info["model"]),
  };
}

function named<Key extends string>(key: Key, value: JsonValue | undefined): Partial<Record<Key, string>> {
  if (typeof value !== "string" || value === "") return {};
  return { [key]: value.slice(0, LONGEST_NAME) } as Record<Key, string>;
}

/** A node sends its alert as `{"esp.alert.str": "…"}`, or as any other JSON. */
function alertOf(event: RainmakerEvent, source: Source): LastAlert | undefined {
  if (event.type !== "rmaker.event.alert") return undefined;
  const { message } = event.data;
  const told = isJsonObject(message) ? message["esp.alert.str"] : message;
  const text = typeof told === "string" ? told : JSON.stringify(message);
  return { ...source, text: text.slice(0, LONGEST_ALERT) };
}

function usersOf(event: RainmakerEvent, stamp: Stamp): Readonly<Record<string, Membership>> {
  const added = event.type === "rmaker.event.user_node_added";
  if (!added && event.type !== "rmaker.event.user_node_removed") return {};
  const { userId, userRole } = event.data;
  if (userId === undefined) return {};
  return { [userId]: { ...stamp, member: added, ...(userRole === undefined ? {} : { role: userRole }) } };
}
