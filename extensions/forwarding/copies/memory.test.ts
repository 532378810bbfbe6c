import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { DAY_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { copiesTable } from "../forwarding-tables.ts";
import { type CopyDecision, copyMemory } from "./memory.ts";
import { webhookIdOf } from "./webhook-id.ts";

const SENT_MS = 1_700_000_001_000;

function alert(message: string, user: string, id: string, sentAtMs = SENT_MS): RainmakerEvent {
  const event_data = { node_id: "n1", user_id: user, message_body: message };
  const body = { event_type: "rmaker.event.alert", timestamp: 1_700_000_000_123, event_data };
  const decoded = decode(deliveryOf(body, { id, sentAtMs }));
  if (decoded.kind !== "event") throw new Error("It is no event.");
  return decoded.event;
}

describe("a memory of copies", () => {
  let tables: TestTables;
  const memory = (nowMs = Date.now, { client }: Pick<TestTables, "client"> = tables) =>
    copyMemory({ client, tableName: copiesTable.name }, nowMs);
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(copiesTable);
  });
  afterAll(() => tables.stop());

  const decisions = async (...events: readonly RainmakerEvent[]): Promise<CopyDecision[]> => {
    const result: CopyDecision[] = [];
    // Another memory each time: what counts is in the table.
    for (const event of events) result.push(await memory()(event));
    return result;
  };

  it("the memory distinguishes further users from further events, in any function", async () => {
    const first = alert("one", "u1", "d1");
    const webhookId = webhookIdOf(first, { eachCopy: false });
    const events = [
      first,
      alert("one", "u2", "d2"),
      alert("one", "u1", "d3"),
      alert("one", "u2", "d4"),
    ];
    const expected = [
      { kind: "first", webhookId },
      { kind: "copy", webhookId },
      { kind: "first", webhookId: "d3" },
      { kind: "copy", webhookId },
    ];
    expect(await decisions(...events)).toEqual(expected);
    expect(await decisions(...events)).toEqual(expected);
  });

  it("the memory recognizes a copy that arrives much later", async () => {
    await memory()(alert("two", "u1", "d1"));
    const later = memory(() => SENT_MS + DAY_MS);
    expect(await later(alert("two", "u2", "d2", SENT_MS + DAY_MS))).toMatchObject({ kind: "copy" });
  });

  it("the memory writes nothing for an event that cannot have copies", async () => {
    const send = () => Promise.reject(new Error("written"));
    const broken = memory(Date.now, { client: { send } as unknown as TestTables["client"] });
    const event = { ...alert("three", "u1", "d1"), atSource: "delivery" } as RainmakerEvent;
    expect(await broken(event)).toEqual({ kind: "first", webhookId: "d1" });
    await expect(broken(alert("three", "u1", "d1"))).rejects.toMatchObject({
      code: "sink-unavailable",
    });
  });

  it("the memory keeps items for a time, and no user", async () => {
    const event = alert("four", "user-1", "d1");
    await memory(() => 1_000_500)(event);
    const { Item } = await tables.client.send(
      new GetItemCommand({
        TableName: copiesTable.name,
        Key: { webhookId: { S: webhookIdOf(event, { eachCopy: false }) } },
      }),
    );
    expect(Item?.["expiresAtS"]).toEqual({
      N: String(Math.ceil((1_000_500 + 15 * DAY_MS) / 1000)),
    });
    expect(JSON.stringify(Item)).not.toContain("user-1");
  });

  it("the memory lets exactly one function send an event, however many functions decide at once", async () => {
    let run = 0;
    const published = fc.array(fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }), {
      minLength: 1,
      maxLength: 3,
    });
    const property = fc.asyncProperty(published, fc.boolean(), async (users, again) => {
      const text = `run ${run++}`;
      const events = users.flatMap((names, event) =>
        names.map((user) => ({ user, event: alert(text, user, `${event}${user}`) })),
      );
      const all = again ? [...events, ...events] : events;
      const found = await Promise.all(
        all.map(async ({ user, event }) => ({
          user,
          id: event.deliveryId,
          ...(await memory()(event)),
        })),
      );
      const byDelivery = Map.groupBy(found, ({ id }) => id);
      for (const same of byDelivery.values())
        expect(new Set(same.map(({ kind, webhookId }) => `${kind} ${webhookId}`)).size).toBe(1);
      const once = [...byDelivery.values()].flatMap(([one]) => (one === undefined ? [] : [one]));
      const perUser = Map.groupBy(once, ({ user }) => user);
      const sent = once.filter(({ kind }) => kind === "first").map(({ webhookId }) => webhookId);
      // Whoever is first has all of theirs sent; each of the others has copies.
      expect([...perUser.values()].map(({ length }) => length)).toContain(sent.length);
      expect(new Set(sent).size).toBe(sent.length);
      expect(once.every(({ webhookId }) => sent.includes(webhookId))).toBe(true);
    });
    await fc.assert(property, { numRuns: 15 });
  });
});
