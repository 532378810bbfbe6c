import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { ask, type QueryStage } from "@rainhooks/stage/query/ask";
import { pageToken } from "@rainhooks/stage/query/pages/page-token";
import { storesOf, tableNames } from "@rainhooks/stage/query/stores";
import * as v from "valibot";
import { type Attempt, attemptId } from "../attempts/attempt.ts";
import { attemptSink } from "../attempts/write-attempts.ts";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { putDestination } from "../destinations/store.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { attemptQuestion, listAttemptsQuestion } from "./attempts.ts";

const NOW_MS = 1_700_000_000_000;

const attemptOf = (change: Partial<Attempt>): Attempt => ({
  destination: "crm",
  webhookId: "evt_1",
  deliveryId: "d1",
  publishedMs: NOW_MS - 70_000,
  eventType: "rmaker.event.alert",
  nodeId: "n1",
  attempt: 1,
  atMs: NOW_MS - 60_000,
  method: "POST",
  url: "https://crm.example.com",
  headers: { "x-api-key": "***" },
  bodyBytes: 10,
  status: 503,
  durationMs: 12.5,
  response: "busy",
  outcome: "failed",
  error: "status 503",
  ...change,
});

const FIRST = attemptOf({ nextAtMs: NOW_MS - 55_000 });
const { error: _error, ...SECOND } = attemptOf({
  attempt: 2,
  atMs: NOW_MS - 55_000,
  status: 200,
  outcome: "delivered",
});
const OTHER = attemptOf({ destination: "erp", atMs: NOW_MS });
const REMOVED = attemptOf({ destination: "gone", webhookId: "evt_0", atMs: NOW_MS - 50_000 });
const OLD = attemptOf({ webhookId: "evt_old", atMs: NOW_MS - 2 * 86_400_000 });

describe("attempts", () => {
  let tables: TestTables;
  let stage: QueryStage;
  beforeAll(async () => {
    tables = await startTables();
    for (const table of [attemptsTable, destinationsTable]) await tables.create(table);
    const { client } = tables;
    const log = { client, tableName: attemptsTable.name };
    expect(
      await attemptSink(log).write(
        [FIRST, SECOND, OTHER, REMOVED, OLD].map((value) => ({ id: attemptId(value), value })),
      ),
    ).toEqual([]);
    for (const id of ["crm", "erp", "idle"]) {
      const settings = readSettings({ id, url: `https://${id}.example.com` });
      await putDestination(
        { client, tableName: destinationsTable.name },
        destinationOf(settings, { nowMs: 1 }),
      );
    }
    const stores = storesOf(client, (table) => table, { keepsRollups: false });
    stage = { stage: "one", stores, nowMs: () => NOW_MS, permissions: ["attempts"] };
  });
  afterAll(() => tables.stop());

  const idsOf = async (texts: Readonly<Record<string, string>>) => {
    const result = await ask(listAttemptsQuestion, texts, stage);
    return { ids: result.attempts.map(({ id }) => id), next: result.next };
  };

  it("attempts can be queried only with their permission, which is not a default", async () => {
    const { permissions: _, ...reading } = stage;
    for (const one of [reading, { ...stage, permissions: ["read"] as const }]) {
      await expect(ask(listAttemptsQuestion, {}, one)).rejects.toMatchObject({
        code: "input-invalid",
        message: "The query listAttempts needs the permission attempts.",
      });
      await expect(ask(attemptQuestion, { attempt: attemptId(FIRST) }, one)).rejects.toMatchObject({
        message: "The query getAttempt needs the permission attempts.",
      });
    }
  });

  it("attempts are not found on a stage without their tables", async () => {
    const stores = storesOf(tables.client, tableNames({}, {}), { keepsRollups: false });
    await expect(ask(listAttemptsQuestion, {}, { ...stage, stores })).rejects.toMatchObject({
      code: "not-found",
      message: "The table destinations is not among those that may be read here.",
    });
  });

  it("attempts of all destinations are those of a day, newest first, in pages", async () => {
    expect(await idsOf({})).toEqual({
      ids: [OTHER, SECOND, FIRST].map(attemptId),
      next: undefined,
    });
    const first = await idsOf({ limit: "2" });
    expect(first.ids).toEqual([OTHER, SECOND].map(attemptId));
    expect(await idsOf({ page: first.next ?? "" })).toEqual({
      ids: [attemptId(FIRST)],
      next: undefined,
    });
  });

  it("attempts of one destination are listed, by state and time, also after it was removed", async () => {
    expect((await idsOf({ destination: "crm" })).ids).toEqual([SECOND, FIRST].map(attemptId));
    expect((await idsOf({ destination: "crm", state: "failed" })).ids).toEqual([attemptId(FIRST)]);
    expect((await idsOf({ destination: "crm", from: "0", to: String(OLD.atMs + 1) })).ids).toEqual([
      attemptId(OLD),
    ]);
    expect((await idsOf({ destination: "gone" })).ids).toEqual([attemptId(REMOVED)]);
    expect((await idsOf({ destination: "idle" })).ids).toEqual([]);
  });

  it("attempts are listed by node and type of event; an empty list of destinations is no error", async () => {
    const all = [OTHER, SECOND, FIRST].map(attemptId);
    const wide = { from: "0", to: String(NOW_MS + 1) };
    expect((await idsOf({ ...wide, node: "n1", event: "alert" })).ids).toEqual([
      ...all,
      attemptId(OLD),
    ]);
    expect((await idsOf({ ...wide, event: "node_connected" })).ids).toEqual([]);
    expect((await idsOf({ ...wide, node: "n2" })).ids).toEqual([]);
    expect(await ask(listAttemptsQuestion, { to: "5000" }, stage)).toEqual({
      fromMs: 0,
      toMs: 5000,
      attempts: [],
    });
    const { fromMs, toMs } = await ask(listAttemptsQuestion, {}, stage);
    expect([fromMs, toMs]).toEqual([NOW_MS + 1 - 86_400_000, NOW_MS + 1]);
  });

  it("attempts end all pages where the first page ends, and refuse a cursor outside the range", async () => {
    const { next = "" } = await idsOf({ limit: "1" });
    const later = { ...stage, nowMs: () => NOW_MS + 1000 };
    expect((await ask(listAttemptsQuestion, { limit: "1", page: next }, later)).toMs).toBe(
      NOW_MS + 1,
    );
    const place = Buffer.from(next, "base64url").subarray(16).toString("utf8");
    const wrong = [
      `x${place}`,
      `${NOW_MS}`,
      `${NOW_MS} x`,
      "",
      ` ${place}`,
      place.replace(/^\d+/, "9".repeat(16)),
    ];
    const pageOf = (one: string, to?: number) =>
      pageToken(JSON.stringify(["one", "listAttempts", to === undefined ? [] : [["to", to]]]), one);
    for (const one of wrong)
      await expect(idsOf({ page: pageOf(one) })).rejects.toMatchObject({
        message: expect.stringContaining("The page token does not belong to this query"),
      });
    await expect(idsOf({ to: "5000", page: pageOf(place, 5000) })).rejects.toMatchObject({
      code: "input-invalid",
    });
    expect((await idsOf({ page: pageOf(place) })).ids).toEqual([SECOND, FIRST].map(attemptId));
  });

  it("attempts have summaries without headers and response, as the schema says", async () => {
    const { attempts } = await ask(listAttemptsQuestion, { destination: "crm" }, stage);
    const { headers: _, response: __, deliveryId: ___, publishedMs: ____, ...summary } = FIRST;
    expect(attempts[1]).toEqual({ id: attemptId(FIRST), ...summary });
    for (const one of attempts)
      expect(
        v.parse(listAttemptsQuestion.result, { fromMs: 0, toMs: 1, attempts: [one] }).attempts,
      ).toEqual([one]);
  });

  it("an attempt has headers, response and all attempts for its event at the destination", async () => {
    const result = await ask(attemptQuestion, { attempt: attemptId(FIRST) }, stage);
    expect(result).toStrictEqual({
      id: attemptId(FIRST),
      ...FIRST,
      all: [
        {
          id: attemptId(FIRST),
          attempt: 1,
          atMs: FIRST.atMs,
          outcome: "failed",
          durationMs: 12.5,
          status: 503,
          error: "status 503",
          nextAtMs: SECOND.atMs,
        },
        {
          id: attemptId(SECOND),
          attempt: 2,
          atMs: SECOND.atMs,
          outcome: "delivered",
          durationMs: 12.5,
          status: 200,
        },
      ],
    });
    expect(v.parse(attemptQuestion.result, result)).toEqual(result);
  });

  test.each([
    [
      { destination: "nowhere" },
      "not-found",
      "There is no destination nowhere, nor an attempt of one.",
    ],
    [
      { destination: "No Where" },
      "not-found",
      "There is no destination No Where, nor an attempt of one.",
    ],
    [
      { destination: "x".repeat(31) },
      "input-invalid",
      "destination must be a text of 1 to 30 characters.",
    ],
    [{ state: "gone" }, "input-invalid", "state must be one of delivered, failed."],
    [{ from: "2000", to: "1000" }, "input-invalid", "`from` must lie before `to`."],
    [{ limit: "1001" }, "input-invalid", "limit must be a whole number from 1 to 1000."],
    [{ page: "x" }, "input-invalid", "The page token does not belong to this query."],
  ])("attempts of %j are refused", async (texts, code, message) => {
    await expect(ask(listAttemptsQuestion, texts, stage)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test.each(["evt_1", "evt_1.crm.9.1700000000000", "..", "x".repeat(300)])(
    "attempts with the id %s are not found",
    async (id) => {
      await expect(ask(attemptQuestion, { attempt: id }, stage)).rejects.toMatchObject({
        code: "not-found",
        permanent: true,
        message: `There is no attempt ${id}. Attempts are kept for 30 days.`,
      });
    },
  );
});
