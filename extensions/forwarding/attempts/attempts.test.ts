import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { itemBytes } from "@rainhooks/dynamodb/limits";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { attemptsTable } from "../forwarding-tables.ts";
import { type Attempt, attemptId, parseAttemptId } from "./attempt.ts";
import { attemptItem } from "./attempt-item.ts";
import {
  type AttemptPage,
  attemptsOfEvent,
  isAttemptCursor,
  listAttempts,
  readAttempt,
} from "./read-attempts.ts";
import { attemptSink } from "./write-attempts.ts";

const writeAttempts = (log: TableAccess, attempts: readonly Attempt[]) =>
  attemptSink(log).write(attempts.map((value) => ({ id: attemptId(value), value })));

const START_MS = 1_700_000_000_000;

const attemptOf = (change: Partial<Attempt>): Attempt => ({
  destination: "crm",
  webhookId: "evt_1",
  deliveryId: "3f1b6a52-7c0e-5a0d-9d6b-2f4a8c1e7b90",
  publishedMs: START_MS - 500,
  eventType: "rmaker.event.alert",
  nodeId: "n1",
  attempt: 1,
  atMs: START_MS,
  method: "POST",
  url: "https://crm.example.com",
  headers: { "webhook-id": "evt_1", "x-api-key": "***" },
  bodyBytes: 120,
  status: 200,
  durationMs: 12.5,
  response: "ok",
  outcome: "delivered",
  ...change,
});

/** Twenty events, two per second: every third one fails first. */
const ATTEMPTS = Array.from({ length: 20 }, (_, index) => {
  const one = attemptOf({
    webhookId: `evt_${index}`,
    atMs: START_MS + Math.floor(index / 2) * 1000,
  });
  const { status: _status, ...failed } = {
    ...one,
    outcome: "failed" as const,
    error: "no response",
  };
  const retried = { ...one, attempt: 2, atMs: one.atMs + 60_000 };
  return index % 3 === 0 ? [{ ...failed, nextAtMs: retried.atMs }, retried] : [one];
}).flat();

describe("the log of attempts", () => {
  let tables: TestTables;
  let reader: TableAccess;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(attemptsTable);
    reader = { client: tables.client, tableName: attemptsTable.name };
    expect(await writeAttempts(reader, [...ATTEMPTS, attemptOf({ destination: "erp" })])).toEqual(
      [],
    );
    // Again, as after a failure whose outcome is not known.
    expect(await writeAttempts(reader, ATTEMPTS)).toEqual([]);
  });
  afterAll(() => tables.stop());

  const range = { destinations: ["crm"], fromMs: START_MS, toMs: START_MS + DAY_MS } as const;
  const idsOf = ({ attempts }: AttemptPage) => attempts.map(attemptId);
  const newestFirst = (attempts: readonly Attempt[]) =>
    attempts
      .toSorted(
        (a, b) => b.atMs - a.atMs || (a.webhookId < b.webhookId ? 1 : -1) || b.attempt - a.attempt,
      )
      .map(attemptId);

  async function allPages(
    query: Omit<Parameters<typeof listAttempts>[1], "after">,
  ): Promise<string[]> {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await listAttempts(reader, { ...query, after });
      ids.push(...idsOf(page));
      after = page.next;
      expect(after === undefined || isAttemptCursor(after)).toBe(true);
    } while (after !== undefined);
    return ids;
  }

  it("the log lists attempts newest first, each once, for any page size", async () => {
    for (const limit of [1, 2, 3, 7, ATTEMPTS.length, 100])
      expect(await allPages({ ...range, limit })).toEqual(newestFirst(ATTEMPTS));
  });

  it("the log lists attempts of several destinations, also if they were at the same time", async () => {
    const destinations = ["a", "b-2", "b"];
    const more = [0, 1, 1, 2].flatMap((second, event) =>
      destinations.map((destination) =>
        attemptOf({ destination, webhookId: `many_${event}`, atMs: START_MS + second * 1000 }),
      ),
    );
    await writeAttempts(reader, more);
    for (const limit of [1, 2, 5, 12]) {
      const ids = await allPages({ ...range, destinations, limit });
      expect(ids.toSorted()).toEqual(more.map(attemptId).toSorted());
      const times = ids.map((id) => Number(id.split(".").at(-1)));
      expect(times).toEqual(times.toSorted((a, b) => b - a));
    }
    expect(await allPages({ ...range, destinations: [], limit: 1 })).toEqual([]);
  });

  it("the log lists attempts by state", async () => {
    const failed = ATTEMPTS.filter(({ outcome }) => outcome === "failed");
    const delivered = ATTEMPTS.filter(({ outcome }) => outcome === "delivered");
    expect(await allPages({ ...range, state: "failed", limit: 2 })).toEqual(newestFirst(failed));
    expect(await allPages({ ...range, state: "delivered", limit: 5 })).toEqual(
      newestFirst(delivered),
    );
  });

  it("the log lists attempts by node and by event, for any page size", async () => {
    const some = [0, 1, 2, 3].map((second) =>
      attemptOf({
        destination: "some",
        webhookId: `some_${second}`,
        atMs: START_MS + second * 1000,
        nodeId: second === 1 ? "other" : "n1",
        eventType: second === 2 ? "rmaker.event.node_connected" : "rmaker.event.alert",
      }),
    );
    await writeAttempts(reader, some);
    const ofSome = { ...range, destinations: ["some"] };
    const [first, other, connected, last] = some.map(attemptId);
    for (const limit of [1, 2, 9]) {
      expect(await allPages({ ...ofSome, limit, nodeId: "n1" })).toEqual([last, connected, first]);
      expect(await allPages({ ...ofSome, limit, eventType: "rmaker.event.alert" })).toEqual([
        last,
        other,
        first,
      ]);
      const both = {
        nodeId: "other",
        eventType: "rmaker.event.alert",
        state: "delivered",
      } as const;
      expect(await allPages({ ...ofSome, limit, ...both })).toEqual([other]);
    }
  });

  it("the log lists attempts of a range without the end of the range", async () => {
    const within = await allPages({
      ...range,
      fromMs: START_MS + 1000,
      toMs: START_MS + 3000,
      limit: 3,
    });
    expect(within).toEqual(
      newestFirst(ATTEMPTS.filter(({ atMs }) => atMs >= START_MS + 1000 && atMs < START_MS + 3000)),
    );
    expect(await allPages({ ...range, toMs: START_MS, limit: 3 })).toEqual([]);
    const page = await listAttempts(reader, { ...range, limit: 3 });
    const before = { ...range, fromMs: START_MS + 3_600_000, after: page.next, limit: 3 };
    expect(await listAttempts(reader, before)).toEqual({ attempts: [], next: undefined });
  });

  it("the log of attempts shows all but headers and response in lists, and everything of one attempt", async () => {
    const [written] = ATTEMPTS.filter(({ outcome }) => outcome === "failed");
    const { attempts } = await listAttempts(reader, { ...range, state: "failed", limit: 100 });
    const {
      headers: _,
      response: __,
      deliveryId: ___,
      publishedMs: ____,
      ...summary
    } = written ?? attemptOf({});
    expect(attempts.at(-1)).toEqual({ id: attemptId(written ?? attemptOf({})), ...summary });
    expect(await readAttempt(reader, attemptId(written ?? attemptOf({})))).toEqual(written);
    for (const id of ["evt_1.crm.9.1700000000000", "evt_1", ""])
      expect(await readAttempt(reader, id)).toBeUndefined();
  });

  it("the log of attempts returns what happened to an event, for all destinations", async () => {
    const of0 = ATTEMPTS.filter(({ webhookId }) => webhookId === "evt_0");
    expect(await attemptsOfEvent(reader, "evt_0")).toEqual(of0);
    expect((await attemptsOfEvent(reader, "evt_1")).map(({ destination }) => destination)).toEqual([
      "crm",
      "erp",
    ]);
  });

  it("the log of attempts has both, if the same attempt was made twice", async () => {
    const twice = [START_MS, START_MS + 5].map((atMs) => attemptOf({ webhookId: "twice", atMs }));
    await writeAttempts(reader, twice);
    expect(await attemptsOfEvent(reader, "twice")).toEqual(twice);
  });

  it("a log whose table does not exist is unavailable", async () => {
    const missing = { ...reader, tableName: "missing" };
    for (const call of [
      () => listAttempts(missing, { ...range, limit: 1 }),
      () => attemptsOfEvent(missing, "evt_1"),
      () => readAttempt(missing, "evt_1.crm.1.1700000000000"),
    ])
      await expect(call()).rejects.toMatchObject({ code: "sink-unavailable" });
    expect(await writeAttempts(missing, ATTEMPTS.slice(0, 1))).toMatchObject([
      { id: "evt_0.crm.1.1700000000000" },
    ]);
  });
});

it("the item of an attempt expires, and costs one write unit without a long response", () => {
  const item = attemptItem(
    attemptOf({ webhookId: `evt_${"x".repeat(43)}`, response: "x".repeat(200) }),
    DAY_MS,
  );
  expect(item["expiresAtS"]).toEqual({ N: String((START_MS + DAY_MS) / 1000) });
  expect(itemBytes(item)).toBeLessThan(1024);
});

it("the id of an attempt can be parsed again, and no other text is an id", () => {
  const webhookId = fc.stringMatching(/^[\w-]{1,60}$/);
  const destination = fc.stringMatching(/^[a-z0-9-]{1,30}$/);
  const key = fc.record({
    webhookId,
    destination,
    attempt: fc.nat(9999),
    atMs: fc.nat(Number.MAX_SAFE_INTEGER),
  });
  fc.assert(fc.property(key, (one) => expect(parseAttemptId(attemptId(one))).toEqual(one)));
  fc.assert(fc.property(fc.string(), (text) => expect(parseAttemptId(text)).toBeUndefined()));
});
