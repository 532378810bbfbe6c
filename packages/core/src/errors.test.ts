import { describe, expect, it } from "@jest/globals";
import { messageOf, RainhooksError, toRainhooksError } from "./errors.ts";

describe("toRainhooksError", () => {
  it("returns a RainhooksError unchanged", () => {
    const error = new RainhooksError("data-invalid", "wrong", { permanent: true });
    expect(toRainhooksError(error)).toBe(error);
  });

  it("gives anything else the code unexpected, which may succeed when retried", () => {
    const cause = new TypeError("boom");
    expect(toRainhooksError(cause)).toMatchObject({
      code: "unexpected",
      message: "boom",
      cause,
      permanent: false,
    });
    expect(toRainhooksError("text").message).toBe("text");
  });
});

describe("RainhooksError", () => {
  it("has its name, may pass when retried, and has a cause only if there is one", () => {
    const error = new RainhooksError("data-invalid", "wrong");
    expect(error).toMatchObject({ name: "RainhooksError", permanent: false });
    expect(error).not.toHaveProperty("cause");
  });

  it("is permanent for what the engine cannot go on with", () => {
    expect([new RangeError("r"), new URIError("u")].map((e) => toRainhooksError(e).permanent)).toEqual([
      true,
      true,
    ]);
  });
});

describe("messageOf", () => {
  it("returns the message of anything", () => {
    expect([new Error("a"), "b", 3, undefined].map(messageOf)).toEqual(["a", "b", "3", "undefined"]);
  });
});
