import { afterAll, beforeAll, expect, it } from "@jest/globals";
import {
  type RainmakerStage,
  startRainmakerStage,
} from "@rainhooks/app-local/testing/rainmaker-stage";
import { readNode } from "@rainhooks/node-status/read-node";
import { eventually } from "@rainhooks/testing/eventually";

let running: RainmakerStage;
beforeAll(async () => {
  running = await startRainmakerStage("pascal", true);
});
afterAll(() => running.stop());

const reasonOf = (nodeId: string) =>
  eventually(
    () =>
      readNode(
        { client: running.stage.clients.dynamodb, tableName: "rainhooks-local-node-status" },
        nodeId,
      ),
    (node) => node?.disconnectReason !== undefined,
  );

it("node status says why a node has disconnected: it said goodbye, or was gone", async () => {
  const polite = await running.connect("polite");
  await polite.endAsync();
  const gone = await running.connect("gone");
  gone.stream.destroy();
  expect((await reasonOf("polite"))?.disconnectReason).toMatchObject({
    reason: "CLIENT_INITIATED_DISCONNECT",
    sessionId: expect.stringMatching(/^[\w-]{36}$/),
  });
  expect((await reasonOf("gone"))?.disconnectReason?.reason).toBe("CONNECTION_LOST");
  expect(running.problems).toEqual([]);
});
