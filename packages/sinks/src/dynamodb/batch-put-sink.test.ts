import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { type ServiceResponse, startScriptedService } from "@rainhooks/testing/scripted-service";
import { batchPutSink } from "./batch-put-sink.ts";

const table = {
  name: "points",
  partitionKey: { name: "pk", type: "S" },
  sortKey: { name: "sk", type: "N" },
} as const;

function put(pk: string, sk: number) {
  return { pk: { S: pk }, sk: { N: String(sk) } };
}

const quick = { ...DEFAULT_RETRY, attempts: 3, sleep: async () => undefined };

describe("batchPutSink", () => {
  let tables: TestTables;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(table);
  });
  afterAll(() => tables.stop());

  const sinkOn = (client: DynamoDBClient) =>
    batchPutSink<{ pk: string; sks: number[] }>({
      client,
      table,
      tableName: table.name,
      retry: quick,
      toPuts: ({ pk, sks }) => sks.map((sk) => put(pk, sk)),
    });

  it("batchPutSink puts any number of items, each key once, and a second write changes nothing", async () => {
    const sink = sinkOn(tables.client);
    const items = Array.from({ length: 30 }, (_, index) => ({
      id: `i${index}`,
      value: { pk: `p${index % 7}`, sks: [index, index + 1, 99] },
    }));
    const keys = new Set(items.flatMap(({ value }) => value.sks.map((sk) => `${value.pk} ${sk}`)));
    expect(await sink.write(items)).toEqual([]);
    expect(await sink.write(items)).toEqual([]);
    const { Count } = await tables.client.send(new ScanCommand({ TableName: table.name }));
    expect(Count).toBe(keys.size);
  });

  it("batchPutSink puts small items first, and fails a large one for which no time is left as not attempted", async () => {
    let nowMs = 0;
    const client = {
      send: (command: never) => {
        nowMs += 100;
        return tables.client.send(command);
      },
    } as unknown as DynamoDBClient;
    const large = {
      id: "large",
      value: { pk: "large", sks: Array.from({ length: 1000 }, (_, sk) => sk) },
    };
    const small = Array.from({ length: 9 }, (_, sk) => ({
      id: `s${sk}`,
      value: { pk: "small", sks: [sk] },
    }));
    const sink = sinkOn(client);
    const failures = await sink.write([large, ...small], { remainingMs: () => 1000 - nowMs });
    expect(failures).toMatchObject([
      { id: "large", error: { code: "not-attempted", permanent: false } },
    ]);
    nowMs = 0;
    expect(await sink.write([large], { remainingMs: () => 10_000 - nowMs })).toEqual([]);
  });

  it("batchPutSink fails only the put that DynamoDB rejects, permanently", async () => {
    const failures = await sinkOn(tables.client).write([
      { id: "good", value: { pk: "alone", sks: [1] } },
      { id: "bad", value: { pk: "", sks: [1] } },
      { id: "also good", value: { pk: "alone", sks: [2] } },
    ]);
    expect(failures).toMatchObject([
      { id: "bad", error: { code: "sink-rejected", permanent: true } },
    ]);
    const found = await tables.client.send(
      new ScanCommand({
        TableName: table.name,
        FilterExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: "alone" } },
      }),
    );
    expect(found.Count).toBe(2);
  });

  it("batchPutSink reports each item of a missing table as a temporary failure", async () => {
    const sink = batchPutSink({
      client: tables.client,
      table,
      tableName: "nowhere",
      toPuts: () => [put("a", 1)],
    });
    expect(await sink.write([{ id: "i1", value: 0 }])).toMatchObject([
      { id: "i1", error: { code: "sink-unavailable", permanent: false } },
    ]);
  });

  /** What becomes of some items at a service that replies as a test says. */
  async function written(
    reply: (sks: string[]) => ServiceResponse,
    toPuts: (sk: number) => ReturnType<typeof put>[] = (sk) => [put("p", sk)],
    sks = [1, 2, 3],
  ) {
    const sent: string[][] = [];
    const service = await startScriptedService(({ input }) => {
      const requests = (
        input["RequestItems"] as { points: { PutRequest: { Item: { sk: { N: string } } } }[] }
      ).points;
      sent.push(requests.map(({ PutRequest }) => PutRequest.Item.sk.N));
      return reply(sent.at(-1) ?? []);
    });
    const client = new DynamoDBClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
      maxAttempts: 1,
    });
    const sink = batchPutSink<number>({
      client,
      table,
      tableName: table.name,
      retry: quick,
      toPuts,
    });
    const failures = await sink.write(sks.map((value) => ({ id: `i${value}`, value })));
    client.destroy();
    await service.stop();
    return { sent, failures };
  }

  it("batchPutSink repeats a call that DynamoDB rejects, one put at a time", async () => {
    const refusal = { __type: "ValidationException", message: "odd" };
    const { sent, failures } = await written((sks) =>
      sks.includes("2") ? { status: 400, body: refusal } : { body: {} },
    );
    expect(sent[0]).toEqual(["1", "2", "3"]);
    expect(sent.slice(1).flat().toSorted()).toEqual(["1", "2", "3"]);
    expect(failures).toMatchObject([
      { id: "i2", error: { code: "sink-rejected", message: "Table points rejected an item: odd" } },
    ]);
  });

  it("batchPutSink does not repeat a call that failed for another reason", async () => {
    const { sent, failures } = await written(() => ({
      status: 400,
      body: { __type: "ResourceNotFoundException", message: "gone" },
    }));
    expect(sent).toHaveLength(1);
    expect(failures.map(({ id }) => id)).toEqual(["i1", "i2", "i3"]);
  });

  it("batchPutSink fails only the value that cannot be written", async () => {
    const { sent, failures } = await written(
      () => ({ body: {} }),
      (sk) => {
        if (sk === 2) throw new RangeError("too deep");
        return [put("p", sk)];
      },
    );
    expect(sent).toEqual([["1", "3"]]);
    expect(failures).toMatchObject([
      { id: "i2", error: { code: "sink-rejected", permanent: true } },
    ]);
  });

  it("batchPutSink writes the valid puts of a value when another of its puts is rejected", async () => {
    const { sent, failures } = await written(
      () => ({ body: {} }),
      (sk) => [put("", sk), put("p", sk)],
      [1],
    );
    expect(sent).toEqual([["1"]]);
    expect(failures.map(({ id }) => id)).toEqual(["i1"]);
  });

  it("batchPutSink puts 25 to a call", async () => {
    const { sent } = await written(
      () => ({ body: {} }),
      undefined,
      Array.from({ length: 51 }, (_, index) => index),
    );
    expect(sent.map(({ length }) => length).toSorted()).toEqual([1, 25, 25]);
  });

  it("batchPutSink retries unprocessed puts, and reports the items of those that stay unprocessed", async () => {
    const stuck = { points: [{ PutRequest: { Item: put("p", 2) } }] };
    const service = await startScriptedService(() => ({ body: { UnprocessedItems: stuck } }));
    const client = new DynamoDBClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
    });
    const failures = await sinkOn(client).write([
      { id: "one", value: { pk: "p", sks: [1] } },
      { id: "two", value: { pk: "p", sks: [1, 2] } },
    ]);
    const message = "Table points is busy: the item was not written.";
    expect(failures).toMatchObject([
      { id: "two", error: { code: "throttled", permanent: false, message } },
    ]);
    const sizes = service.calls.map(
      ({ input }) => (input["RequestItems"] as { points: unknown[] }).points.length,
    );
    expect(sizes).toEqual([2, 1, 1]);
    client.destroy();
    await service.stop();
  });
});
