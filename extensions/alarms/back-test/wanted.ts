import type { EventType } from "@rainhooks/core/catalog";
import { isGroupKind, type Rule } from "../rule/rule.ts";
import { FROM_NODE_EVENTS } from "../stores/heard.ts";

/** What the rules of a back-test ask for. */
export interface BackTestNeeds {
  /** True if a rule is about the connection of nodes. */
  readonly connections: boolean;
  /** True if a rule asks what a node is: for its condition, or for groups. */
  readonly facts: boolean;
  /** True if a rule is about nodes that send nothing. */
  readonly heard: boolean;
  readonly series: ReadonlySet<string>;
  readonly intervalMs: number;
}

/** Returns what rules ask for. */
export function backTestNeeds(rules: readonly Rule[], intervalMs: number): BackTestNeeds {
  return {
    connections: rules.some((rule) => !("series" in rule)),
    facts: rules.some(
      (rule) => isGroupKind(rule.kind) || rule.where !== undefined || ("when" in rule && rule.when),
    ),
    heard: rules.some(({ kind }) => kind === "silent"),
    series: new Set(rules.flatMap((rule) => ("series" in rule ? [rule.series] : []))),
    intervalMs,
  };
}

/** Returns the types of events with which alarms can be found; all others change none. */
export function alarmEventTypes({ connections, facts, heard, series }: BackTestNeeds): Set<EventType> {
  return new Set<EventType>([
    ...(connections ? CONNECTION_EVENTS : []),
    ...(facts ? FACT_EVENTS : []),
    ...(heard ? FROM_NODE_EVENTS : []),
    ...(series.size > 0 ? (["rmaker.event.node_ts_data"] as const) : []),
  ]);
}

const CONNECTION_EVENTS = [
  "rmaker.event.node_connected",
  "rmaker.event.node_disconnected",
  "rainhooks.event.node_session_ended",
] as const;

const FACT_EVENTS = [
  "rmaker.event.node_config_changed",
  "rmaker.event.new_tags_added",
  "rmaker.event.existing_tags_attached",
] as const;
