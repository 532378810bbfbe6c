import { BatchGetItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { deliveryOf } from "@rainhooks/testing/samples";
import { encodeNode } from "./node-item.ts";
import { nodeStatusSink } from "./node-status-sink.ts";
import { nodeStatusTable } from "./node-status-tables.ts";
import { project } from "./project.ts";

const HOUR_MS = 3_600_000;
const AT_MS = 1_700_006_400_000;
const MAX_CACHED_NODES = 100_000;

const decoded = decode(
  deliveryOf(
    {
      event_type: "rmaker.event.node_params_changed",
      timestamp: AT_MS,
      event_data: { node_id: "n", payload: {} },
    },
    { sentAtMs: AT_MS },
  ),
);
if (decoded.kind !== "event") throw new Error("not an event");
const frequent = decoded.event as RainmakerEvent<"rmaker.event.node_params_changed">;
const known = encodeNode(project([frequent], HOUR_MS), "n");

/**
 * A client of a table in which every node is, seen as late as it will ever be; it keeps the nodes
 * that it was asked for.
 */
function askedClient() {
  const asked: string[] = [];
  const client = new Proxy(new DynamoDBClient({ region: "us-east-1" }), {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return async (command: unknown) => {
        if (!(command instanceof BatchGetItemCommand))
          throw new Error("nothing is new, and something is written");
        const keys = command.input.RequestItems?.[nodeStatusTable.name]?.Keys ?? [];
        asked.push(...keys.map((key) => key["nodeId"]?.S ?? ""));
        return { Responses: { [nodeStatusTable.name]: keys.map((key) => ({ ...known, ...key })) } };
      };
    },
  });
  return { client, asked };
}

it("the cache forgets which nodes it has seen lately before they fill the memory", async () => {
  const { client, asked } = askedClient();
  const sink = nodeStatusSink({
    client,
    tableName: nodeStatusTable.name,
    timelineTableName: "timeline",
    timelineDays: 1,
    seenIntervalMs: HOUR_MS,
  });
  const write = async (...nodeIds: string[]) => {
    asked.length = 0;
    const items = nodeIds.map((nodeId) => ({
      id: nodeId,
      value: { ...frequent, data: { ...frequent.data, nodeId } },
    }));
    expect(await sink.write(items)).toEqual([]);
    return asked.length;
  };
  const many = Array.from({ length: MAX_CACHED_NODES - 1 }, (_, index) => `n${index}`);
  expect(await write("first")).toBe(1);
  expect(await write(...many)).toBe(many.length);
  expect(await write("first", "n0")).toBe(0);
  // One more than there may be, then the next: that one finds too many, and forgets them all.
  expect(await write("one-more")).toBe(1);
  expect(await write("first")).toBe(0);
  expect(await write("next")).toBe(1);
  expect(await write("first", "n0", "one-more")).toBe(3);
  expect(await write("next")).toBe(0);
});
