import { request, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { InvocationOutcome } from "./function-process.ts";
import { functionUrl } from "./function-servers.ts";

describe("a function's URL on this machine", () => {
  let server: Server;
  const failures: string[] = [];
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function start(
    invoke: (event: APIGatewayProxyEventV2) => Promise<InvocationOutcome>,
  ): Promise<string> {
    server = functionUrl({
      invoke,
      nowMs: () => 5,
      onFailure: (failure) => failures.push(failure),
    });
    return listenOnLoopback(server);
  }

  it("the function URL invokes the function with the unchanged request, and returns its response", async () => {
    const events: APIGatewayProxyEventV2[] = [];
    const url = await start(async (event) => {
      events.push(event);
      return {
        kind: "result",
        result: { statusCode: 418, headers: { "x-own": "yes" }, body: "short" },
      };
    });
    const response = await fetch(`${url}/v1/nodes/a%2Fb?x=1&x=2?&y=%20`, {
      method: "PUT",
      body: "{}",
    });
    expect([response.status, response.headers.get("x-own"), await response.text()]).toEqual([
      418,
      "yes",
      "short",
    ]);
    expect(events).toMatchObject([
      {
        version: "2.0",
        rawPath: "/v1/nodes/a%2Fb",
        rawQueryString: "x=1&x=2?&y=%20",
        requestContext: { http: { method: "PUT", path: "/v1/nodes/a%2Fb" }, timeEpoch: 5 },
        body: "{}",
      },
    ]);
  });

  it("the function URL reports that a function failed without details, and continues", async () => {
    let fails = true;
    const url = await start(async () => {
      if (!fails) return { kind: "result", result: { body: "fine" } };
      fails = false;
      return {
        kind: "error",
        error: { errorType: "Error", errorMessage: "a secret" },
      } as InvocationOutcome;
    });
    const response = await fetch(`${url}/v1/nodes`);
    expect([response.status, await response.text()]).toEqual([
      502,
      '{"Message":"Internal Server Error"}',
    ]);
    expect(failures).toEqual(["GET /v1/nodes: a secret"]);
    expect(await (await fetch(url)).text()).toBe("fine");
  });

  it("the function URL rejects a page whose own host name points to this machine", async () => {
    const url = await start(async () => ({ kind: "result", result: { body: "data" } }));
    const response = await new Promise<{ status: number | undefined; body: string }>(
      (resolve, reject) => {
        request(url, { headers: { host: "evil.example" } }, async (response) =>
          resolve({ status: response.statusCode, body: await text(response) }),
        )
          .on("error", reject)
          .end();
      },
    );
    expect(response).toEqual({ status: 403, body: expect.stringContaining("Forbidden") });
  });
});
