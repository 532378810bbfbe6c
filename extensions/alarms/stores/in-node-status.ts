import type { NodeStatusExtension } from "@rainhooks/node-status/extension";
import type { StoreServices } from "@rainhooks/sinks/dynamodb/store-services";
import { nodeMarks } from "../stores/needs-evaluation.ts";
import { noteProgress } from "../sweep/progress.ts";
import { needsEvaluation } from "./needs-evaluation.ts";
import { ALARM_FIELDS, markedMs } from "./node-fields.ts";

/** Marks the rows of nodes that a sweep has to look at, and notes how far node status has come. */
export function alarmsInNodeStatus({
  client,
  resources,
  nowMs,
}: StoreServices): NodeStatusExtension {
  const { watchRules, alarms } = resources;
  if (watchRules === undefined || alarms === undefined) return { fields: ALARM_FIELDS };
  const marks = nodeMarks({ client, tableName: watchRules }, nowMs);
  return {
    fields: ALARM_FIELDS,
    beforeBatch: async (publishedMs) => {
      const policy = await marks(publishedMs);
      if (policy === undefined) return undefined;
      return (before, after) =>
        needsEvaluation(before, after, policy, nowMs())
          ? { ...after, [markedMs.name]: nowMs() }
          : after;
    },
    afterBatch: noteProgress({ client, tableName: alarms }, "node-status", marks, nowMs),
  };
}
