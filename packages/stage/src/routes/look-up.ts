import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { readNode } from "@rainhooks/node-status/read-node";
import { describeDelivery } from "../describe-delivery.ts";
import { queryStage } from "../query/query-stage.ts";
import type { StageAccess } from "../stage-access.ts";
import { recentDelivery } from "./deliveries.ts";
import type { SearchHit } from "./responses.ts";

/** Ids of SNS messages: the archive is searched for nothing else. */
const DELIVERY_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Returns the node with an id. One read. */
export async function nodeHits(access: StageAccess, id: string): Promise<SearchHit[]> {
  const node = await readNode(queryStage(access).stores.nodes, id);
  if (node === undefined) return [];
  return [{ kind: "node", title: node.config?.name ?? id, note: node.state, page: "nodes", id }];
}

/**
 * Returns the delivery with an id, if it was archived lately.
 *
 * @param known The delivery, if it is known already.
 */
export async function deliveryHits(
  access: StageAccess,
  id: string,
  known: Delivery | undefined,
): Promise<SearchHit[]> {
  const isArchived = DELIVERY_ID.test(id) && access.outputs.archive !== undefined;
  const found = known ?? (isArchived ? await recentDelivery(access, id) : undefined);
  if (found === undefined) return [];
  const { type, nodes } = describeDelivery(found);
  const params = { at: String(found.sentAtMs) };
  return [{ kind: "event", title: type, note: nodes, page: "events", id, params }];
}
