import type { TestStage } from "@rainhooks/app-local/testing";
import { HOUR_MS } from "@rainhooks/core";
import { nodeStatusSink } from "@rainhooks/node-status";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { deployedName } from "@rainhooks/webhook";
import { eventOf, OFFLINE_EVERY } from "../fill-node-status.ts";
import { gate } from "../gate.ts";

/** Which nodes change, of how many. */
interface Changes {
  readonly first: number;
  readonly count: number;
  readonly nodes: number;
}

/** Lets nodes change their state, as events of now do: half of them come online, from the top of the list, and half go offline. */
export async function changeNodes({ stage }: TestStage, { first, count, nodes }: Changes): Promise<void> {
  const nameOf = (table: { readonly name: string }) => deployedName(stage.name, table.name);
  const sink = nodeStatusSink({
    client: stage.clients.dynamodb,
    tableName: nameOf(nodeStatusTable),
    timelineTableName: nameOf(nodeTimelineTable),
    timelineDays: 90,
    seenIntervalMs: HOUR_MS,
  });
  const nowMs = Date.now();
  const items = Array.from({ length: count }, (_, index) => {
    const isOnline = index % 2 === 0;
    const place = OFFLINE_EVERY * (first + index) + (isOnline ? 0 : 1);
    const event = eventOf(isOnline ? "node_connected" : "node_disconnected", nowMs, {
      node_id: `node-${place % nodes}`,
    });
    return { id: String(index), value: event };
  });
  gate((await sink.write(items)).length === 0, "changes are written");
}
