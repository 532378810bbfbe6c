import { describe, expect, it } from "@jest/globals";
import { defineInvokedFunction } from "./define-invoked.ts";
import { invokedHandler } from "./invoked-handler.ts";
import { recordedRuns } from "./testing/recorded-runs.ts";

const CONTEXT = { awsRequestId: "r1", getRemainingTimeInMillis: () => 1000 };
const count = defineInvokedFunction({ name: "count", description: "Counts.", resources: {} });

describe("invokedHandler", () => {
  it("returns what the run returns, and logs that it is done, without what was asked for", async () => {
    const { lines, options } = recordedRuns({ RAINHOOKS_STAGE: "dev" });
    const handler = invokedHandler(
      count,
      ({ stage }) =>
        async (event, { leftMs }) => ({ stage, event, leftMs: leftMs() }),
      options,
    );
    expect(await handler({ secret: "s" }, CONTEXT)).toEqual({
      stage: "dev",
      event: { secret: "s" },
      leftMs: 1000,
    });
    expect(lines).toEqual([
      expect.objectContaining({
        ...{ level: "info", message: "Done", stage: "dev", function: "count", requestId: "r1" },
        ms: expect.any(Number),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain("secret");
  });

  it("logs an invocation that fails, and throws", async () => {
    const { lines, options } = recordedRuns({ RAINHOOKS_STAGE: "dev" });
    const handler = invokedHandler(count, () => () => Promise.reject(new Error("table gone")), options);
    await expect(handler({}, CONTEXT)).rejects.toThrow("table gone");
    expect(lines).toMatchObject([{ level: "error", message: "Failed", error: { message: "table gone" } }]);
  });

  it("fails at start for a wrong environment", () => {
    const { options } = recordedRuns({});
    expect(() => invokedHandler(count, () => async () => ({}), options)).toThrow(
      /RAINHOOKS_STAGE is not set/,
    );
  });
});

describe("defineInvokedFunction", () => {
  it("refuses a name that AWS would refuse", () => {
    expect(() => defineInvokedFunction({ name: "A b", description: "", resources: {} })).toThrow(
      'Function "A b": its name must be',
    );
  });
});
