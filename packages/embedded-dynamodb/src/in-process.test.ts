import {
  type AttributeValue,
  BatchGetItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { startTables, type TestTables } from "./test-tables.ts";

/** Names of attributes, also those of types. */
const key = fc.constantFrom("B", "BS", "S", "a", "ü");
const bytes = fc.uint8Array({ minLength: 1, maxLength: 5 });
const scalar: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.string().map((S) => ({ S })),
  fc.integer().map((N) => ({ N: String(N) })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  bytes.map((B) => ({ B })),
  fc.uniqueArray(bytes, { minLength: 1, maxLength: 3, selector: String }).map((BS) => ({ BS })),
  fc.constant({ NULL: true }),
);

/** What a client returns or throws for a command, but for what is about its connection. */
async function outcome(
  sent: Promise<{ readonly $metadata: { httpStatusCode?: number } }>,
): Promise<unknown> {
  try {
    const { $metadata, ...output } = await sent;
    return { status: $metadata.httpStatusCode, output };
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException)) throw error;
    const { name, message, $fault, $metadata } = error;
    return { name, message, $fault, is: error.constructor, status: $metadata.httpStatusCode };
  }
}

/** A value that the client leaves out. */
const none: object = { none: undefined };

describe("a client in the process of its server", () => {
  const TableName = "doors";
  const Item = { id: { S: "küche" }, open: { BOOL: true } };
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create({ name: TableName, partitionKey: { name: "id", type: "S" } });
    await tables.client.send(new PutItemCommand({ TableName, Item }));
  });
  afterAll(() => tables.stop());

  it("a client in the process gets what a connected client gets, also as errors", async () => {
    const inside = tables.client;
    const connecting = tables.newConnectingClient();
    const attribute = fc.letrec<{ any: AttributeValue; M: AttributeValue; L: AttributeValue }>(
      (tie) => ({
        any: fc.oneof({ maxDepth: 2 }, scalar, tie("M"), tie("L")),
        M: fc
          .dictionary(key, tie("any"), { maxKeys: 3, noNullPrototype: true })
          .map((M) => ({ M })),
        L: fc.array(tie("any"), { maxLength: 3 }).map((L) => ({ L })),
      }),
    ).any;
    const item = fc.dictionary(key, attribute, { maxKeys: 4, noNullPrototype: true });
    const id = fc.constantFrom("a", "b", "").map((S) => ({ id: { S } }));
    const same = async (send: (client: DynamoDBClient) => Parameters<typeof outcome>[0]) => {
      const one = await outcome(send(inside));
      expect(one).toEqual(await outcome(send(connecting)));
    };
    await fc.assert(
      fc.asyncProperty(id, item, fc.boolean(), async (Key, values, isNew) => {
        const Item = { ...values, ...Key, ...none };
        // What both do changes nothing for the other: the same item again, or an error.
        const ConditionExpression = isNew ? "attribute_not_exists(id)" : undefined;
        await inside.send(new PutItemCommand({ TableName, Item })).catch(() => undefined);
        const put = { TableName, Item, ConditionExpression, ReturnValues: "ALL_OLD" } as const;
        await same((client) => client.send(new PutItemCommand(put)));
        await same((client) =>
          client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })),
        );
        const scan = { TableName, Limit: 2, ReturnConsumedCapacity: "TOTAL" } as const;
        await same((client) => client.send(new ScanCommand(scan)));
        const update = {
          TableName,
          Key,
          UpdateExpression: "SET #v = :v",
          ExpressionAttributeNames: { "#v": "B" },
          ExpressionAttributeValues: { ":v": values.B ?? { N: "1" } },
          ReturnValues: "ALL_NEW",
        } as const;
        await same((client) => client.send(new UpdateItemCommand(update)));
      }),
      { numRuns: 40 },
    );
    for (const name of [TableName, "none", undefined])
      await same((client) => client.send(new DescribeTableCommand({ TableName: name })));
    const keys = { [TableName]: { Keys: [{ id: { S: "a" } }, { id: { N: "1" } }] } };
    await same((client) => client.send(new BatchGetItemCommand({ RequestItems: keys })));
    connecting.destroy();
  });

  it("a client in the process lets the server wait for its calls before it stops", async () => {
    const others = await startTables();
    await others.create({ name: TableName, partitionKey: { name: "id", type: "S" } });
    let ended = 0;
    for (let index = 0; index < 20; index += 1)
      void others.client
        .send(new PutItemCommand({ TableName, Item: { id: { S: String(index) } } }))
        .finally(() => {
          ended += 1;
        });
    await new Promise((resolve) => setImmediate(resolve));
    await others.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(20);
  });

  it("a client in the process gets the errors of the service", async () => {
    const put = new PutItemCommand({
      TableName,
      Item,
      ConditionExpression: "attribute_not_exists(id)",
    });
    await expect(tables.client.send(put)).rejects.toThrow(/conditional request failed/);
  });
});
