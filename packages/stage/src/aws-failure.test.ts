import { describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { explainFailure } from "./aws-failure.ts";

const named = (name: string, message: string) => Object.assign(new Error(message), { name });
const withCode = (code: string, message = "") => Object.assign(new Error(message), { code });

describe("a failure of AWS or the network", () => {
  it.each([
    [
      withCode("ECONNREFUSED", "connect ECONNREFUSED 10.0.0.1:443"),
      "stage-unavailable",
      /^AWS cannot be reached \(ECONNREFUSED/,
    ],
    [
      named("TimeoutError", "no response"),
      "stage-unavailable",
      /^AWS cannot be reached \(ETIMEDOUT: no response\)\.$/,
    ],
    [named("ExpiredTokenException", "The token is expired."), "stage-unavailable", /Log in again/],
    [named("AccessDeniedException", "no"), "stage-unavailable", /do not allow this action/],
    [
      named("ThrottlingException", "Rate exceeded"),
      "throttled",
      /^AWS is busy: Rate exceeded\. Try again later\.$/,
    ],
    [
      Object.assign(new Error("oops"), { $metadata: { httpStatusCode: 500 } }),
      "stage-unavailable",
      /^AWS returned HTTP 500/,
    ],
  ] as const)("a failure of AWS is reported with what to do: %s", (thrown, code, message) => {
    expect(explainFailure(thrown)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("a failure of AWS keeps its code when a store has wrapped it, with the message of the store", () => {
    const cause = named("ThrottlingException", "Rate exceeded");
    const inner = new RainhooksError("throttled", "Table t is throttled: Rate exceeded.", {
      cause,
    });
    const outer = new RainhooksError("rules-unavailable", "Rules cannot be read: Rate exceeded.", {
      cause: inner,
    });
    expect(explainFailure(outer)).toMatchObject({
      code: "throttled",
      message: "AWS is busy: Rules cannot be read: Rate exceeded. Try again later.",
    });
  });

  it("explainFailure leaves a RainhooksError unchanged, and does not explain an unexpected error", () => {
    const refused = new RainhooksError("input-invalid", "No.", {
      cause: named("ThrottlingException", "x"),
    });
    expect(explainFailure(refused)).toBe(refused);
    expect(explainFailure(new TypeError("x is undefined"))).toBeUndefined();
    expect(explainFailure("text")).toBeUndefined();
  });
});
