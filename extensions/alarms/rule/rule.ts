/** What a rule looks for. */
export const RULE_KINDS = ["offline", "silent", "flapping", "threshold", "rate", "outage"] as const;

/** What a rule looks for. */
export type RuleKind = (typeof RULE_KINDS)[number];

/** How urgent an alarm is, the least urgent first. */
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;

/** How urgent an alarm is. */
export type Severity = (typeof SEVERITIES)[number];

/** The fields that a rule of any kind has. Times are in milliseconds. */
export interface CommonFields {
  readonly name: string;
  readonly severity: Severity;
  readonly description?: string;
  /** Which nodes, in CEL; absent for all. */
  readonly where?: string;
  /** Destinations of `forward` that get its alarms; absent for all that want alarms. */
  readonly destinations?: readonly string[];
  /** An alarm that nobody has acknowledged is sent again after this time. */
  readonly reAlarmMs?: number;
  /** True: an alarm that has ended stays in the list until somebody acknowledges it. */
  readonly latch?: boolean;
}

/** A node is offline for a time. */
export interface OfflineRule extends CommonFields {
  readonly kind: "offline";
  readonly forMs: number;
}

/** A node sends nothing for a time, whether it is connected or not. */
export interface SilentRule extends CommonFields {
  readonly kind: "silent";
  readonly forMs: number;
}

/** A node goes offline a number of times within a window. */
export interface FlappingRule extends CommonFields {
  readonly kind: "flapping";
  readonly count: number;
  readonly windowMs: number;
}

/** The values of a series are out of bounds for a time. */
export interface ThresholdRule extends CommonFields {
  readonly kind: "threshold";
  readonly series: string;
  readonly above?: number;
  readonly below?: number;
  /** How far a value must be back within the bounds before the alarm ends. */
  readonly hysteresis: number;
  /** Which values, in CEL, in the place of `above` and `below`. */
  readonly when?: string;
  readonly forMs: number;
}

/** The values of a series change by an amount within a window. */
export interface RateRule extends CommonFields {
  readonly kind: "rate";
  readonly series: string;
  readonly change: number;
  readonly direction: "up" | "down" | "any";
  readonly windowMs: number;
}

/** What the nodes of a group have in common; `fleet`: nothing, they are all nodes. */
export const GROUPINGS = ["tag", "type", "model", "firmware", "fleet"] as const;

/** What the nodes of a group have in common. */
export type Grouping = (typeof GROUPINGS)[number];

/** A share of the nodes of a group is offline at the same time. */
export interface OutageRule extends CommonFields {
  readonly kind: "outage";
  readonly by: Grouping;
  /** Share of the nodes of a group, 0 to 1. */
  readonly share: number;
  /** Minimum number of nodes that are offline. */
  readonly count: number;
  readonly forMs: number;
}

/** A rule: what is to be found, in which nodes, and what becomes of it. */
export type Rule = OfflineRule | SilentRule | FlappingRule | ThresholdRule | RateRule | OutageRule;

/** A rule about the connection of single nodes. */
export type ConnectionRule = Exclude<Rule, { readonly series: string } | OutageRule>;

/** Returns true for a rule about the connection of single nodes. */
export function isConnectionRule(rule: Rule): rule is ConnectionRule {
  return !isGroupKind(rule.kind) && !("series" in rule);
}

/** Returns true for a kind of rules whose alarms are about groups of nodes. */
export function isGroupKind(kind: RuleKind): kind is "outage" {
  return kind === "outage";
}

/**
 * Returns whether the tags of a node decide whether a rule, or a maintenance window, is about it.
 */
export function needsTags({
  where,
  by,
}: {
  readonly where?: string | undefined;
  readonly by?: string;
}): boolean {
  return where?.includes("tags") === true || by === "tag";
}

/** A version of a rule, and when it is in force. */
export interface RuleVersion {
  readonly rule: Rule;
  /** 1 for the first one. */
  readonly version: number;
  /** Epoch milliseconds. */
  readonly fromMs: number;
  /** Epoch milliseconds; `undefined` while it is in force. */
  readonly untilMs: number | undefined;
}
