import type { EventType } from "@rainhooks/core/catalog";
import { isGroupKind, type Rule } from "../rule/rule.ts";
import { FROM_NODE_EVENTS } from "../stores/heard.ts";

/** What the rules of a back-test need. */
export interface BackTestNeeds {
  /** Types of events with which alarms can be found; all others change none. */
  readonly types: ReadonlySet<EventType>;
  readonly series: ReadonlySet<string>;
  readonly intervalMs: number;
}

/** Returns what rules need. */
export function backTestNeeds(rules: readonly Rule[], intervalMs: number): BackTestNeeds {
  const series = new Set(rules.flatMap((rule) => ("series" in rule ? [rule.series] : [])));
  const hasFacts = rules.some(
    (rule) => isGroupKind(rule.kind) || rule.where !== undefined || ("when" in rule && rule.when),
  );
  const types = new Set<EventType>([
    ...(rules.every((rule) => "series" in rule) ? [] : CONNECTION_EVENTS),
    ...(hasFacts ? FACT_EVENTS : []),
    ...(rules.some(({ kind }) => kind === "silent") ? FROM_NODE_EVENTS : []),
    ...(series.size > 0 ? (["rmaker.event.node_ts_data"] as const) : []),
  ]);
  return { types, series, intervalMs };
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
