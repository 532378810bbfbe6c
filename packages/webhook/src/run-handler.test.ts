import { describe, expect, it } from "@jest/globals";
import { defineFunction } from "./define-function.ts";
import { runHandler } from "./run-handler.ts";
import { RUN_MS, recordedRuns } from "./testing/recorded-runs.ts";

const census = defineFunction({
  trigger: "rate",
  name: "census",
  description: "Counts.",
  everyMinutes: 5,
  settings: { max: { env: "MAX", default: 7, min: 1, max: 10 } },
});

describe("runHandler", () => {
  it("runHandler runs with the configuration and the time, and logs the result", async () => {
    const { lines, options } = recordedRuns({ RAINHOOKS_STAGE: "dev", MAX: "9" });
    const handler = runHandler(
      census,
      ({ stage, settings }) =>
        async ({ nowMs }) => ({ stage, max: settings.max, nowMs }),
      options,
    );
    await handler({ "detail-type": "Scheduled Event" }, { awsRequestId: "r1" });
    expect(lines).toMatchObject([
      {
        level: "info",
        message: "Done",
        stage: "dev",
        function: "census",
        requestId: "r1",
        result: { stage: "dev", max: 9, nowMs: RUN_MS },
        ms: expect.any(Number),
      },
    ]);
  });

  it("runHandler logs a run that fails, and throws so that Lambda runs it again", async () => {
    const { lines, options } = recordedRuns({ RAINHOOKS_STAGE: "dev" });
    const handler = runHandler(
      census,
      () => () => Promise.reject(new Error("table gone")),
      options,
    );
    await expect(handler({}, { awsRequestId: "r1" })).rejects.toThrow("table gone");
    expect(lines).toMatchObject([
      { level: "error", message: "Failed", error: { message: "table gone" } },
    ]);
  });

  it("runHandler fails at start for a wrong environment", () => {
    const { options } = recordedRuns({ MAX: "11" });
    expect(() => runHandler(census, () => async () => ({}), options)).toThrow(
      /RAINHOOKS_STAGE is not set; setting max \(MAX\) must/,
    );
  });
});

describe("runHandler for an invocation", () => {
  const count = defineFunction({ trigger: "invocation", name: "count", description: "Counts." });
  const CONTEXT = { awsRequestId: "r1", getRemainingTimeInMillis: () => 1000 };

  it("runHandler returns what the run returns, and logs that it is done, without its input", async () => {
    const { lines, options } = recordedRuns({ RAINHOOKS_STAGE: "dev" });
    const handler = runHandler(
      count,
      ({ stage }) =>
        async ({ event, remainingMs }) => ({ stage, event, leftMs: remainingMs() }),
      options,
    );
    expect(await handler({ secret: "s" }, CONTEXT)).toEqual({
      stage: "dev",
      event: { secret: "s" },
      leftMs: 1000,
    });
    expect(lines).toEqual([
      expect.objectContaining({
        level: "info",
        message: "Done",
        stage: "dev",
        function: "count",
        requestId: "r1",
        ms: expect.any(Number),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain("secret");
  });

  it("runHandler logs an invocation that fails, and throws, so that the program gets an error", async () => {
    const { lines, options } = recordedRuns({ RAINHOOKS_STAGE: "dev" });
    const handler = runHandler(count, () => () => Promise.reject(new Error("table gone")), options);
    await expect(handler({}, CONTEXT)).rejects.toThrow("table gone");
    expect(lines).toMatchObject([
      { level: "error", message: "Failed", error: { message: "table gone" } },
    ]);
  });
});
