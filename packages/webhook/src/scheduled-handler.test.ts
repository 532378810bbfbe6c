import { describe, expect, it } from "@jest/globals";
import { defineScheduledFunction } from "./define-scheduled.ts";
import { scheduledHandler } from "./scheduled-handler.ts";
import { RUN_MS, recordedRuns } from "./testing/recorded-runs.ts";

const census = defineScheduledFunction({
  name: "census",
  description: "Counts.",
  everyMinutes: 5,
  settings: { max: { env: "MAX", default: 7, min: 1, max: 10 } },
});

describe("scheduledHandler", () => {
  it("runs with the configuration and the time, and logs the result", async () => {
    const { lines, options } = recordedRuns({ RAINHOOKS_STAGE: "dev", MAX: "9" });
    const handler = scheduledHandler(
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

  it("logs a run that fails, and throws so that Lambda runs it again", async () => {
    const { lines, options } = recordedRuns({ RAINHOOKS_STAGE: "dev" });
    const handler = scheduledHandler(census, () => () => Promise.reject(new Error("table gone")), options);
    await expect(handler({}, { awsRequestId: "r1" })).rejects.toThrow("table gone");
    expect(lines).toMatchObject([{ level: "error", message: "Failed", error: { message: "table gone" } }]);
  });

  it("fails at start for a wrong environment", () => {
    const { options } = recordedRuns({ MAX: "11" });
    expect(() => scheduledHandler(census, () => async () => ({}), options)).toThrow(
      /RAINHOOKS_STAGE is not set; setting max \(MAX\) must/,
    );
  });
});

describe("defineScheduledFunction", () => {
  it.each([0, -1, 1.5, 1441, Number.NaN])("refuses a rate of %s minutes", (everyMinutes) => {
    expect(() => defineScheduledFunction({ name: "a", description: "", everyMinutes })).toThrow(
      'Scheduled function "a": everyMinutes must be a whole number from 1 to 1,440.',
    );
  });

  it("refuses a name that AWS would refuse", () => {
    expect(() => defineScheduledFunction({ name: "A b", description: "", everyMinutes: 1 })).toThrow(
      /its name must be/,
    );
  });

  it("has defaults", () => {
    expect(defineScheduledFunction({ name: "a", description: "", everyMinutes: 1440 })).toEqual({
      name: "a",
      description: "",
      everyMinutes: 1440,
      resources: {},
      settings: {},
      function: { memoryMiB: 512, timeoutS: 60 },
    });
  });
});
