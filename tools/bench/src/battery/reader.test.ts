import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import { PollingReader } from "./reader.ts";

describe("a reader", () => {
  let server: Server;
  let url: string;
  let asked: number;
  /** What the API returns; a number is the status of an error. */
  let responses: Record<string, object | number>;

  beforeEach(async () => {
    asked = 0;
    responses = {
      "/v1/node-counts": { online: 2, offline: 1 },
      "/v1/nodes?limit=50": {
        nodes: [{ nodeId: "n1", connectedAtMs: 5, config: { atMs: 7 } }],
        next: "second",
      },
      "/v1/nodes?limit=50&page=second": { nodes: [{ nodeId: "n2", disconnectedAtMs: 5 }] },
      "/v1/nodes/n1/series": { series: [{ name: "Light.Power", last: { atMs: 5 } }] },
      "/v1/nodes/n2/series": 404,
    };
    server = createServer((request, response) => {
      asked += 1;
      const given = responses[request.url ?? ""] ?? 500;
      response.writeHead(typeof given === "number" ? given : 200).end(JSON.stringify(given));
    }).listen(0, "127.0.0.1");
    await eventually(async () => server.listening, Boolean);
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
  });

  /** Lets the reader ask for everything, changes a response, and lets it ask again. */
  async function readBeforeAndAfter(path: string, response: object | number) {
    const reader = new PollingReader(url);
    await eventually(
      async () => asked,
      (count) => count > 6,
    );
    responses[path] = response;
    const before = asked;
    await eventually(
      async () => asked,
      (count) => count > before + 12,
    );
    return reader.stop();
  }

  it("a reader finds nothing in responses that stay or become later", async () => {
    const report = await readBeforeAndAfter("/v1/nodes?limit=50&page=second", {
      nodes: [{ nodeId: "n2", disconnectedAtMs: 6, connectedAtMs: 9 }],
    });
    expect(report).toMatchObject({ failed: 0, wrong: 0, examples: [], nodes: 2 });
    expect(report.responses).toBeGreaterThan(12);
  });

  it.each([
    ["/v1/node-counts", { online: 1, offline: 1 }, "number of nodes: 2 after 3"],
    [
      "/v1/nodes?limit=50",
      { nodes: [{ nodeId: "n1", connectedAtMs: 4 }] },
      "connectedAtMs of node n1: 4 after 5",
    ],
    ["/v1/nodes?limit=50", { nodes: [{ nodeId: "n1" }] }, "config of node n1: nothing after 7"],
    [
      "/v1/nodes/n1/series",
      { series: [{ name: "Light.Power" }] },
      "newest point of Light.Power of node n1: nothing after 5",
    ],
    ["/v1/nodes/n1/series", 404, "newest point of Light.Power of node n1: nothing after 5"],
  ])("a reader finds in %s what is missing or older: %j", async (path, response, text) => {
    const { wrong, examples } = await readBeforeAndAfter(path, response);
    expect(wrong).toBeGreaterThan(0);
    expect(examples).toContain(text);
  });

  it("a reader counts responses that are errors, and continues", async () => {
    const { failed, wrong } = await readBeforeAndAfter("/v1/node-counts", 503);
    expect([failed > 0, wrong]).toEqual([true, 0]);
  });
});
