/*
 * The job of node-status with Powertools: a conditional update for each event. NODES_TABLE is the
 * table with the rows, and the keys of its index by state; TIMELINE_TABLE has an item for each
 * connect and disconnect.
 */
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { documents, eventSchema, powertoolsHandler, updateIf } from "./powertools.ts";

const { NODES_TABLE, TIMELINE_TABLE } = process.env;
const TIMELINE_S = 90 * 86_400;

const STATES: Readonly<Record<string, "online" | "offline">> = {
  "rmaker.event.node_connected": "online",
  "rmaker.event.node_disconnected": "offline",
};

async function updateState(
  nodeId: string,
  state: "online" | "offline",
  atMs: number,
): Promise<void> {
  const key = `${String(atMs).padStart(16, "0")}#${nodeId}`;
  await setIfNewer(nodeId, "sinceMs", atMs, { state, status: state, sinceKey: key });
}

/** Sets attributes of a row. Events come in any order: a newer one may have been written. */
async function setIfNewer(
  nodeId: string,
  timeName: string,
  atMs: number,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  const entries = Object.entries(attributes);
  const update = new UpdateCommand({
    TableName: NODES_TABLE,
    Key: { nodeId },
    UpdateExpression: `SET #at = :at, ${entries.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    ConditionExpression: "attribute_not_exists(#at) OR #at < :at",
    ExpressionAttributeNames: {
      "#at": timeName,
      ...Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ":at": atMs,
      ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
    },
  });
  await updateIf(update);
}

async function addToTimeline(nodeId: string, state: string, atMs: number): Promise<void> {
  const expiresAtS = Math.floor(atMs / 1000) + TIMELINE_S;
  const item = `${String(atMs).padStart(16, "0")}#${state}`;
  await documents.send(
    new PutCommand({ TableName: TIMELINE_TABLE, Item: { nodeId, item, state, atMs, expiresAtS } }),
  );
}

export const handler = powertoolsHandler(
  "node-status",
  eventSchema.extend({ event_data: z.looseObject({ node_id: z.string() }) }),
  async ({ event_type: type, timestamp: atMs, event_data: { node_id: nodeId } }) => {
    const state = STATES[type];
    if (state === undefined)
      await setIfNewer(nodeId, "lastEventAtMs", atMs, { lastEventType: type });
    else {
      await updateState(nodeId, state, atMs);
      await addToTimeline(nodeId, state, atMs);
    }
  },
);
