import { DAY_MS } from "@rainhooks/core/durations";
import { type Episode, episodeOf } from "../episode.ts";
import { type Member, outagesIn } from "../kinds/outage.ts";
import type { OutageRule, RuleVersion } from "../rule/rule.ts";
import { type NodeRecord, nodeFactsOf } from "../stores/node-record.ts";
import { groupsOf } from "./groups.ts";

/**
 * How far back outages are evaluated: a change that comes later than this changes none, except one that
 * lasts.
 */
export const OUTAGES_BACK_MS = DAY_MS;

/** A version of a rule about outages. */
export interface OutageVersion extends RuleVersion {
  readonly rule: OutageRule;
}

/** The outages of a fleet under a version of a rule. */
export interface FleetOutages {
  /** By their groups; a group with too few nodes for an outage is not there. */
  readonly byGroup: ReadonlyMap<string, readonly Episode[]>;
  /** How many nodes more would have to be offline now for another outage. */
  readonly missing: number;
  /**
   * When the next one of what lasts becomes an outage, if nothing changes; infinite if there is none. Epoch
   * milliseconds.
   */
  readonly dueMs: number;
}

/** Returns the versions that are about outages. */
export function outageVersions(versions: readonly RuleVersion[]): OutageVersion[] {
  return versions.filter((version): version is OutageVersion => version.rule.kind === "outage");
}

/**
 * Returns the outages that began from `fromMs` on, as they are at `nowMs`: like `evaluate`, a pure function
 * of what is stored. The subject of an outage is the group, such as `tag:site:pune`.
 */
export function evaluateOutages(
  version: OutageVersion,
  nodes: Iterable<NodeRecord>,
  fromMs: number,
  nowMs: number,
): FleetOutages {
  const byGroup = new Map<string, Episode[]>();
  let [missing, dueMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [group, members] of membersByGroup(version.rule, nodes)) {
    if (members.length < version.rule.count) continue;
    const outages = outagesIn(version.rule, members, fromMs, nowMs);
    missing = Math.min(missing, outages.missing);
    for (const { raisedMs } of outages.spans) if (raisedMs > nowMs) dueMs = Math.min(dueMs, raisedMs);
    byGroup.set(
      group,
      outages.spans.flatMap(({ memberCount, members: away, ...span }) => {
        const episode = episodeOf(version, { nodeId: group }, span, nowMs);
        return episode === undefined ? [] : [{ ...episode, memberCount, members: away }];
      }),
    );
  }
  return { byGroup, missing, dueMs };
}

function membersByGroup(rule: OutageRule, nodes: Iterable<NodeRecord>): Map<string, Member[]> {
  const byGroup = new Map<string, Member[]>();
  for (const member of nodes) {
    for (const group of groupsOf(rule, nodeFactsOf(member))) {
      const members = byGroup.get(group);
      if (members === undefined) byGroup.set(group, [member]);
      else members.push(member);
    }
  }
  return byGroup;
}
