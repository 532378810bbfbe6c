import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import type { QueryStage } from "@rainhooks/stage/query/ask";
import { SEED_NOW_MS, SEED_SERIES, seedStage } from "@rainhooks/stage/testing/seeded-stage";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import { call } from "./testing/call.ts";
import { handlerOf } from "./testing/seeded-handler.ts";

const SERIES = `series=${encodeURIComponent(SEED_SERIES.number)}`;

describe("the function behind the URL", () => {
  let tables: TestTables;
  let stage: QueryStage;

  beforeAll(async () => {
    tables = await startTables();
    stage = await seedStage(tables, "one", "mark-of-one");
  });
  afterAll(() => tables.stop());

  it("the query API returns a result, and logs the request without its parameters and result", async () => {
    const { handler, lines } = handlerOf(stage);
    const reply = await call(handler, { path: "/v1/nodes/n0/values", query: `${SERIES}&limit=1` });
    expect(reply.headers).toMatchObject({
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(JSON.parse(reply.text)).toMatchObject({ nodeId: "n0", values: [{ value: 0 }] });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: "info",
        stage: "one",
        api: "query-api",
        requestId: "request",
        method: "GET",
        path: "/v1/nodes/n0/values",
        status: 200,
      }),
    ]);
    expect(lines[0]).not.toContain(SEED_SERIES.number);
  });

  it("the function rejects every method but GET and HEAD, even with a body", async () => {
    const { handler } = handlerOf(stage);
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "TRACE"]) {
      const reply = await call(handler, { method, path: "/v1/nodes", body: "{}" });
      expect([method, reply.status, reply.headers["allow"]]).toEqual([method, 405, "GET, HEAD"]);
      expect(JSON.parse(reply.text)).toMatchObject({ status: 405, code: "method-not-allowed" });
    }
    const get = await call(handler, { path: "/v1/node-counts", body: "an ignored body" });
    expect(get.status).toBe(200);
    const head = await call(handler, { method: "HEAD", path: "/v1/node-counts" });
    expect([head.status, head.text]).toEqual([200, ""]);
  });

  it("the query API rejects a parameter that is given twice, even if one is in the path", async () => {
    const { handler } = handlerOf(stage);
    const twice = await call(handler, { path: "/v1/nodes", query: "limit=1&limit=2" });
    expect([twice.status, JSON.parse(twice.text).detail]).toEqual([
      400,
      "limit is given more than once.",
    ]);
    const inPath = await call(handler, { path: "/v1/nodes/n0", query: "node=n1" });
    expect([inPath.status, JSON.parse(inPath.text).detail]).toEqual([
      400,
      "node is given more than once.",
    ]);
  });

  it("the query API accepts any headers", async () => {
    const headers = { "x-note": "\u20ac \u0000", host: "\ud800", "content-length": "-1" };
    const reply = await call(handlerOf(stage).handler, { path: "/v1/node-counts", headers });
    expect(reply.status).toBe(200);
  });

  it("the query API reports an unknown path, and where the paths are documented", async () => {
    for (const path of ["/", "/v2/nodes", "/v1/nodes/n0/frobnicate", "/v1/nodes/", "/v1/nodes/%"]) {
      const reply = await call(handlerOf(stage).handler, { path });
      expect([path, reply.status, reply.text]).toEqual([
        path,
        404,
        expect.stringMatching(/openapi|Node % is unknown/),
      ]);
    }
  });

  it("the query API reports in time that a query takes too long", async () => {
    const { handler } = handlerOf(stage);
    const request = { path: "/v1/nodes/n0/values", query: `${SERIES}&aggregate=avg` };
    const late = await call(handler, { ...request, leftMs: 1500 });
    expect([late.status, late.headers["retry-after"]]).toEqual([503, "1"]);
    expect(JSON.parse(late.text)).toMatchObject({ code: "taking-long" });
    expect((await call(handler, request)).status).toBe(200);
  });

  test.each([
    ["texts", "x".repeat(300_000), 22, 9],
    // Each of them has two bytes in the result, and four in Lambda's response.
    ["texts of quotation marks", '"'.repeat(150_000), 15, 4],
  ])(
    "the query API rejects too many %s, and says how to request fewer",
    async (_, wordy, count, fits) => {
      const items = Array.from({ length: count }, (_, index) => {
        const reading = {
          name: `Long ${fits}`,
          dt: "string",
          t: SEED_NOW_MS / 1000 + index,
          v: wordy,
        };
        const event_data = { node_id: "wordy", ...reading };
        const decoded = decode(deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data }));
        if (decoded.kind !== "event") throw new Error("no event");
        return { id: String(index), value: decoded.event as TimeSeriesEvent };
      });
      const { series } = stage.stores;
      const sink = timeSeriesSink({ ...series, nowMs: () => SEED_NOW_MS, retentionDays: 0 });
      expect(await sink.write(items)).toEqual([]);
      const { handler } = handlerOf(stage);
      const reply = await call(handler, {
        path: "/v1/nodes/wordy/values",
        query: `series=Long%20${fits}`,
      });
      expect(reply.status).toBe(413);
      expect(reply.text).toContain("limit");
      const fewer = await call(handler, {
        path: "/v1/nodes/wordy/values",
        query: `series=Long%20${fits}&limit=${fits}`,
      });
      expect(fewer.status).toBe(200);
      expect(Buffer.byteLength(JSON.stringify(fewer))).toBeLessThan(6 * 1024 * 1024);
    },
  );

  it("the query API asks for a retry when DynamoDB is busy", async () => {
    const busy = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    const client: DynamoDBClient = Object.create(DynamoDBClient.prototype, {
      send: { value: () => Promise.reject(busy) },
    });
    const stores = { ...stage.stores, nodes: { client, tableName: "any" } };
    const reply = await call(handlerOf({ ...stage, stores }).handler, { path: "/v1/nodes/n0" });
    expect([reply.status, JSON.parse(reply.text).code]).toEqual([503, "stage-unavailable"]);
  });

  it("the query API writes internal errors only to its log", async () => {
    const nodes = { ...stage.stores.nodes, tableName: "not-there" };
    const { handler, lines } = handlerOf({ ...stage, stores: { ...stage.stores, nodes } });
    const reply = await call(handler, { path: "/v1/nodes/n0" });
    expect([reply.status, JSON.parse(reply.text).code]).toEqual([500, "unexpected"]);
    expect(reply.text).not.toMatch(/not-there|ResourceNotFound/);
    expect(lines.join("\n")).toMatch(/"level":"error".*(ResourceNotFound|non-existent)/);
  });
});
