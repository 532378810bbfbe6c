import { expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { StageAccess } from "../stage-access.ts";
import { nodeOfOption, nodesOfOption } from "./find-node.ts";

it("only a terminal takes a text as a whole id if nodes cannot be read", async () => {
  const tables = await startTables();
  const outputs = { stage: "dev", tables: { "node-status": "gone", "node-timeline": "gone" } };
  const stage = { outputs, clients: { dynamodb: tables.client } } as unknown as StageAccess;
  expect(await nodeOfOption(stage, "hall")).toBe("hall");
  for (const door of ["console", "assistant"] as const)
    await expect(nodeOfOption(stage, "hall", door)).rejects.toThrow("resource not found");
  await tables.stop();
});

it("a node that the stage does not know is named at a terminal alone", async () => {
  const tables = await startTables();
  await tables.create(nodeStatusTable);
  await tables.create(nodeTimelineTable);
  const names = { "node-status": nodeStatusTable.name, "node-timeline": nodeTimelineTable.name };
  const outputs = { stage: "dev", tables: names };
  const stage = { outputs, clients: { dynamodb: tables.client } } as unknown as StageAccess;
  const body = {
    event_type: "rmaker.event.node_connected",
    timestamp: 1,
    event_data: { node_id: "hall" },
  };
  const decoded = decode(deliveryOf(body, { id: "d" }));
  if (decoded.kind !== "event") throw new Error("not an event");
  const sink = { client: tables.client, tableName: nodeStatusTable.name };
  const options = {
    timelineTableName: nodeTimelineTable.name,
    timelineDays: 90,
    seenIntervalMs: 1,
  };
  await nodeStatusSink({ ...sink, ...options }).write([{ id: "1", value: decoded.event }]);
  expect(await nodesOfOption(stage, ["gone", "hall"], "terminal")).toEqual(["gone", "hall"]);
  expect(await nodesOfOption(stage, ["ha"], "console")).toEqual(["hall"]);
  for (const door of ["console", "assistant"] as const)
    await expect(nodesOfOption(stage, ["hall", "gone"], door)).rejects.toMatchObject({
      code: "input-invalid",
      mistakes: [
        { field: "node", problem: expect.stringContaining("gone, which the stage does not know") },
      ],
    });
  await tables.stop();
});
