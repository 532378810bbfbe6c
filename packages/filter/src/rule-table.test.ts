import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { type ServiceResponse, startScriptedService } from "@rainhooks/testing/scripted-service";
import { filterRulesTable } from "./filter-rules-table.ts";
import { type FilterRule, systemKey } from "./rule.ts";
import { levelItem } from "./rule-item.ts";
import { readAllRules, writeRules } from "./rule-table.ts";
import { RULE_AHEAD_MS } from "./times.ts";

const eventType = "rmaker.event.node_connected";
const systemRule: FilterRule = { ...systemKey(eventType), enabled: true, integrations: ["a"] };
const tableName = filterRulesTable.name;

describe("the rules of a table", () => {
  let tables: TestTables;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(filterRulesTable);
  });
  afterAll(() => tables.stop());

  it("the rules of a table are read without the items that are no rules", async () => {
    const table = { client: tables.client, tableName };
    await writeRules(table, [systemRule], []);
    for (const [entity, type] of [
      ["group#g", eventType],
      ["system#s", "rmaker.event.of_another_time"],
      ["none", eventType],
    ] as const) {
      const Item = { entity: { S: entity }, eventType: { S: type }, enabled: { BOOL: true } };
      await tables.client.send(new PutItemCommand({ TableName: tableName, Item }));
    }
    expect(await readAllRules(table)).toEqual([systemRule]);
  });
});

describe("a table that does not process every request", () => {
  const quick = { ...DEFAULT_RETRY, attempts: 2, sleep: async () => undefined };
  const left = {
    UnprocessedItems: { [tableName]: [{ PutRequest: { Item: levelItem("system") } }] },
  };

  async function write(body: ServiceResponse["body"]) {
    const service = await startScriptedService(() => ({ body }));
    const client = new DynamoDBClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
    });
    try {
      return await writeRules({ client, tableName, retry: quick }, [systemRule], [], {
        nowMs: () => 5,
      });
    } finally {
      client.destroy();
      await service.stop();
    }
  }

  it("rules before which the levels could not be written are reported as not written", async () => {
    await expect(write(left)).rejects.toMatchObject({
      code: "rules-unavailable",
      permanent: false,
      message: "Table filter-rules is busy: no rule was written. Run the command again.",
    });
  });

  it("rules are not reported as unwritten when the reply has no unprocessed items", async () => {
    await expect(write({})).resolves.toBeGreaterThan(RULE_AHEAD_MS);
  });

  it("the rule store reads no rule from a reply without items", async () => {
    const service = await startScriptedService(() => ({ body: {} }));
    const client = new DynamoDBClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
    });
    expect(await readAllRules({ client, tableName })).toEqual([]);
    client.destroy();
    await service.stop();
  });
});
