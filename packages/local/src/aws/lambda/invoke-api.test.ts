import type { Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { invokeApi } from "./function-servers.ts";

describe("the call Invoke of a local function", () => {
  const failures: string[] = [];
  let server: Server;
  let endpoint: string;
  beforeEach(async () => {
    failures.length = 0;
    server = invokeApi({
      name: "count",
      onFailure: (text) => failures.push(text),
      invoke: async (event) =>
        event === "fail"
          ? {
              kind: "error",
              error: { errorType: "Sandbox.Timedout", errorMessage: "Task timed out" },
            }
          : { kind: "result", result: event },
    });
    endpoint = await listenOnLoopback(server);
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const post = (body: string, path = "/2015-03-31/functions/count/invocations") =>
    fetch(`${endpoint}${path}`, { method: "POST", body });

  it("Invoke returns what the function returns", async () => {
    const response = await post('{"a":[1,null]}');
    expect([response.status, response.headers.get("x-amz-function-error")]).toEqual([200, null]);
    expect(await response.json()).toEqual({ a: [1, null] });
    expect(await (await post("")).json()).toEqual({});
  });

  it("Invoke reports a failed function as Lambda does", async () => {
    const response = await post('"fail"');
    expect([response.status, response.headers.get("x-amz-function-error")]).toEqual([
      200,
      "Unhandled",
    ]);
    expect(await response.json()).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: "Task timed out",
    });
    expect(failures).toEqual(["Task timed out"]);
  });

  it("Invoke refuses input that is not JSON, and other functions", async () => {
    expect((await post("{")).status).toBe(400);
    const other = await post("{}", "/2015-03-31/functions/other/invocations");
    expect([other.status, other.headers.get("x-amzn-errortype")]).toEqual([
      404,
      "ResourceNotFoundException",
    ]);
    await other.text();
  });
});
