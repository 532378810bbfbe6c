import { expect, it } from "@jest/globals";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import type { ReachedStage } from "../reached.ts";
import { nodeOfOption } from "./find-node.ts";

it("if nodes cannot be read, only a terminal takes a text for a whole id", async () => {
  const tables = await startTables();
  const outputs = { stage: "dev", tables: { "node-status": "gone", "node-timeline": "gone" } };
  const stage = { outputs, clients: { dynamodb: tables.client } } as unknown as ReachedStage;
  expect(await nodeOfOption(stage, "hall")).toBe("hall");
  for (const door of ["console", "assistant"] as const)
    await expect(nodeOfOption(stage, "hall", door)).rejects.toThrow("resource not found");
  await tables.stop();
});
