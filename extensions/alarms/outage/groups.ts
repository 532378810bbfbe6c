import { appliesTo } from "@rainhooks/conditions/condition";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { GROUPINGS, type OutageRule } from "../rule/rule.ts";

/** Returns the groups of a rule that a node belongs to, such as `tag:site:pune`. */
export function groupsOf({ by, where }: OutageRule, node: NodeAttributes): string[] {
  if (appliesTo(where, node) !== true) return [];
  if (by === "fleet") return ["fleet"];
  const values = by === "tag" ? node.tags : [node[by]].filter((value) => value !== undefined);
  return values.map((value) => `${by}:${value}`);
}

/** Returns true for a text that can be the id of a group. */
export function isGroupId(id: string): boolean {
  return id === "fleet" || GROUPINGS.some((by) => id.startsWith(`${by}:`));
}
