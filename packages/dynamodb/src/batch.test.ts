import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, it } from "@jest/globals";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { type ScriptedService, startScriptedService } from "@rainhooks/testing/scripted-service";
import { batchGet } from "./batch-get.ts";
import { batchWrite } from "./batch-write.ts";

const retry = { ...DEFAULT_RETRY, attempts: 3, sleep: async () => undefined };
const key = (id: number) => ({ id: { S: String(id) } });
const keys = (count: number) => Array.from({ length: count }, (_, id) => key(id));

type Requests = { readonly table: { readonly Keys: ReturnType<typeof keys> } };

describe("a table in batches", () => {
  let service: ScriptedService;
  let client: DynamoDBClient;

  async function start(script: Parameters<typeof startScriptedService>[0]) {
    service = await startScriptedService(script);
    client = new DynamoDBClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
    });
    return { client, tableName: "table", retry };
  }

  afterEach(async () => {
    client.destroy();
    await service.stop();
  });

  const requested = () =>
    service.calls.map(({ input }) => (input["RequestItems"] as Requests).table);

  it("batchGet reads 100 keys a call, and requests unprocessed keys again", async () => {
    const options = await start(({ input }, index) => {
      const { Keys } = (input["RequestItems"] as Requests).table;
      const processed = index === 0 ? Keys.slice(1) : Keys;
      const unprocessed = Keys.slice(0, Keys.length - processed.length);
      return {
        body: {
          Responses: { table: processed },
          UnprocessedKeys: unprocessed.length === 0 ? {} : { table: { Keys: unprocessed } },
        },
      };
    });
    const items = await batchGet(keys(230), {
      ...options,
      consistent: true,
      attributes: ["id", "day"],
    });
    expect(new Set(items.map(({ id }) => id?.S)).size).toBe(230);
    const sizes = requested().map(({ Keys }) => Keys.length);
    expect(sizes.sort((a, b) => a - b)).toEqual([1, 30, 100, 100]);
    expect(requested()[0]).toMatchObject({
      ConsistentRead: true,
      ProjectionExpression: "#a0, #a1",
      ExpressionAttributeNames: { "#a0": "id", "#a1": "day" },
    });
  });

  it("batchGet fails with the caller's code when keys stay unprocessed", async () => {
    const options = await start(() => ({
      body: { UnprocessedKeys: { table: { Keys: keys(2) } } },
    }));
    await expect(
      batchGet(keys(3), { ...options, busyCode: "stage-unavailable" }),
    ).rejects.toMatchObject({
      code: "stage-unavailable",
      permanent: false,
      message: "Table table is busy: 2 of 3 items were not read.",
    });
    expect(service.calls).toHaveLength(retry.attempts);
  });

  it("batchGet makes no call for no keys", async () => {
    const options = await start(() => ({ status: 500, body: {} }));
    expect(await batchGet([], options)).toEqual([]);
    expect(service.calls).toEqual([]);
  });

  it("batchWrite returns the writes that stay unprocessed", async () => {
    const writes = keys(3).map((Key) => ({ DeleteRequest: { Key } }));
    const options = await start((_, index) => ({
      body: { UnprocessedItems: { table: writes.slice(Math.min(index + 1, 2)) } },
    }));
    expect(await batchWrite(writes, options)).toEqual(writes.slice(2));
    const sizes = service.calls.map(
      ({ input }) => (input["RequestItems"] as { table: unknown[] }).table.length,
    );
    expect(sizes).toEqual([3, 2, 1]);
  });

  it("batchWrite writes any number of items, 25 in a call, and tries all of them although some stay unprocessed", async () => {
    const writes = keys(60).map((Key) => ({ DeleteRequest: { Key } }));
    const options = await start(({ input }) => {
      const { table } = input["RequestItems"] as { table: typeof writes };
      return { body: table.length === 25 ? {} : { UnprocessedItems: { table: table.slice(-1) } } };
    });
    expect(await batchWrite(writes, options)).toEqual(writes.slice(-1));
    const sizes = service.calls.map(
      ({ input }) => (input["RequestItems"] as { table: unknown[] }).table.length,
    );
    expect(sizes.slice(0, 3)).toEqual([25, 25, 10]);
  });
});
