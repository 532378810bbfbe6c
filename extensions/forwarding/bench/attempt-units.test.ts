import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { itemBytes } from "@rainhooks/dynamodb/limits";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { indexUnits, UnitMeter } from "@rainhooks/embedded-dynamodb/units/unit-meter";
import { attemptSink } from "../attempts/write-attempts.ts";
import { copyMemory } from "../copies/memory.ts";
import { webhookIdOf } from "../copies/webhook-id.ts";
import * as a from "../costs.ts";
import { attemptsTable, byDestinationIndex, copiesTable } from "../forwarding-tables.ts";
import { useReceivers } from "../testing/receivers.ts";
import { alertTo } from "../testing/samples.ts";

const { receiving, senderWith } = useReceivers();
let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** What a receiver may respond, and what an attempt sends besides. */
const RESPONSE = JSON.stringify({ status: "accepted", id: "x".repeat(150) });
const HEADERS = { "x-api-key": "hidden" };

it("an attempt, and the memory of its event, take no more than npm run cost assumes, and not less than half", async () => {
  const { client } = tables;
  for (const table of [attemptsTable, copiesTable]) await tables.create(table);
  const meter = new UnitMeter(client, [attemptsTable, copiesTable]);
  const { url } = await receiving((_, response) => response.end(RESPONSE));
  const request = alertTo(url, { secrets: { headers: HEADERS } });
  const { event } = request.events[0];
  const webhookId = webhookIdOf(event, { eachCopy: false });
  const { record } = await senderWith().sendOnce({ ...request, webhookId });
  const log = attemptSink({ client, tableName: attemptsTable.name });
  const written = await meter.measure(() => log.write([{ id: "1", value: record }]));
  const remember = copyMemory({ client, tableName: copiesTable.name }, Date.now);
  const remembered = await meter.measure(() => remember(event));
  const itemOf = async (TableName: string) =>
    (await client.send(new ScanCommand({ TableName }))).Items?.[0] ?? {};
  const attempt = await itemOf(attemptsTable.name);
  // The meter does not count what a batch writes to an index.
  const writes = written.writes + indexUnits(attemptsTable, undefined, attempt);
  expect([writes, remembered.writes]).toEqual([a.ATTEMPT_WRITES, 1]);
  const projected = new Set<string>(["webhookId", "item", "place", "atKey"]);
  for (const name of byDestinationIndex.projected) projected.add(name);
  const entry = Object.entries(attempt).filter(([name]) => projected.has(name));
  const shares = [
    itemBytes(await itemOf(copiesTable.name)) / a.COPY_BYTES,
    itemBytes(attempt) / a.ATTEMPT_BYTES,
    itemBytes(Object.fromEntries(entry)) / a.ATTEMPT_ENTRY_BYTES,
  ];
  expect(shares.map((share) => share <= 1 && share >= 0.5)).toEqual([true, true, true]);
});
