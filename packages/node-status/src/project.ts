import { isJsonObject, isPlausibleTime, type JsonValue, type RainmakerEvent } from "@rainhooks/core";
import { type Clock, NO_CLOCK } from "./connection.ts";
import { isQuiet } from "./events.ts";
import {
  joinFacts,
  joinTags,
  type LastAlert,
  NO_FACTS,
  type NodeConfig,
  type NodeFacts,
  type Source,
} from "./facts.ts";
import type { Stamp } from "./stamp.ts";

const SECOND_MS = 1000;
/** Texts are cut so that a row stays within the kilobyte that one write unit pays for. */
const MAX_NAME = 100;
const MAX_ALERT = 200;
const MAX_TAG = 128;
const MAX_USER_ID = 256;

/** What some events of one node say together, whatever their order and however often each comes. */
export function project(events: readonly RainmakerEvent[], seenIntervalMs: number): NodeFacts {
  return events.map((event) => factsOf(event, seenIntervalMs)).reduce(joinFacts, NO_FACTS);
}

/** Beginning of the interval in which an event happened; `undefined` when nobody wants to know. */
export function seenMsOf(event: RainmakerEvent, seenIntervalMs: number): number | undefined {
  if (seenIntervalMs <= 0) return undefined;
  return Math.floor(timeOf(event).atMs / seenIntervalMs) * seenIntervalMs;
}

/** When an event happened, as far as that can be believed. */
interface EventTime {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** True when the event tells no time that can be: it is then the time of SNS. */
  readonly clamped: boolean;
}

/**
 * When an event happened: the time of the connection where the data tell it, else the event's own, else that of SNS. A
 * time before 2015 or ahead of SNS is not plausible: it would hold the node in its state for years, or be outdated
 * before it is written.
 */
export function timeOf(event: RainmakerEvent): EventTime {
  const own = event.atSource === "event" ? event.atMs : undefined;
  const claims = [connectivityTimeMs(event), own];
  const atMs = claims.find((claim) => claim !== undefined && isPlausibleTime(claim, event.sentAtMs));
  if (atMs !== undefined) return { atMs, clamped: false };
  // To the second, so that copies for several users, which SNS takes one after the other, are one transition.
  return { atMs: Math.floor(event.sentAtMs / SECOND_MS) * SECOND_MS, clamped: true };
}

/** A time that ends at the second does not tell what came first in it: then the time of SNS does. */
function stampOf(event: RainmakerEvent): Stamp {
  const { atMs } = timeOf(event);
  return { atMs, tieMs: atMs % 1000 === 0 ? event.sentAtMs : 0 };
}

function factsOf(event: RainmakerEvent, seenIntervalMs: number): NodeFacts {
  const { atMs, clamped } = timeOf(event);
  const source = { atMs, sentAtMs: event.sentAtMs, deliveryId: event.deliveryId };
  const facts = { ...NO_FACTS, seenMs: seenMsOf(event, seenIntervalMs) };
  if (isQuiet(event.type)) return facts;
  const clock: Clock = { ...NO_CLOCK, [clamped ? "clamped" : "latest"]: source };
  if (event.type === "rmaker.event.node_connected") return { ...facts, connected: clock };
  if (event.type === "rmaker.event.node_disconnected") return { ...facts, disconnected: clock };
  return {
    ...facts,
    lastOther: { type: event.type, ...source },
    config: configOf(event, source),
    lastAlert: alertOf(event, source),
    users: usersOf(event),
    tags:
      "tags" in event.data
        ? joinTags(
            [],
            event.data.tags.map((tag) => cut(tag, MAX_TAG)),
          )
        : [],
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
  return { [key]: cut(value, MAX_NAME) } as Record<Key, string>;
}

/** A node sends its alert as `{"esp.alert.str": "…"}`, or as any other JSON. */
function alertOf(event: RainmakerEvent, source: Source): LastAlert | undefined {
  if (event.type !== "rmaker.event.alert") return undefined;
  const { message } = event.data;
  const alert = isJsonObject(message) ? message["esp.alert.str"] : message;
  const text = typeof alert === "string" ? alert : JSON.stringify(message);
  return { ...source, text: cut(text, MAX_ALERT) };
}

/** The beginning of a text; what is cut in half, or was half before, becomes a replacement character. */
function cut(text: string, max: number): string {
  return text.slice(0, max).toWellFormed();
}

function usersOf(event: RainmakerEvent): NodeFacts["users"] {
  const added = event.type === "rmaker.event.user_node_added";
  if (!added && event.type !== "rmaker.event.user_node_removed") return NO_FACTS.users;
  const { userId, userRole } = event.data;
  if (userId === undefined) return NO_FACTS.users;
  const role = userRole === undefined ? {} : { role: cut(userRole, MAX_NAME) };
  return new Map([[cut(userId, MAX_USER_ID), { ...stampOf(event), member: added, ...role }]]);
}
