import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, it } from "@jest/globals";
import type { StageAccess } from "../stage-access.ts";
import { withLiveTables } from "./live-tables.ts";

it("withLiveTables leaves a stage without a table of slots unchanged", () => {
  const clients = { dynamodb: new DynamoDBClient({ region: "eu-west-1" }) };
  const stage = { outputs: { stage: "dev", tables: { "node-status": "n" } }, clients };
  const access = stage as unknown as StageAccess;
  expect(withLiveTables(access)).toBe(access);
});
