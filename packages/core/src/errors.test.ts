import { describe, expect, it } from "@jest/globals";
import { messageOf, RainhooksError, toRainhooksError } from "./errors.ts";

describe("toRainhooksError", () => {
  it("toRainhooksError returns a RainhooksError unchanged", () => {
    const error = new RainhooksError("data-invalid", "wrong", { permanent: true });
    expect(toRainhooksError(error)).toBe(error);
  });

  it("toRainhooksError gives any other error the code unexpected, which may succeed when retried", () => {
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
  it("RainhooksError has its name, can be retried by default, and has a cause only if there is one", () => {
    const error = new RainhooksError("data-invalid", "wrong");
    expect(error).toMatchObject({ name: "RainhooksError", permanent: false });
    expect(error).not.toHaveProperty("cause");
  });

  it.each([
    [30, 30],
    [0, 0],
    [0.5, 0.5],
    [43_200, 43_200],
    [43_201, 43_200],
    [Number.POSITIVE_INFINITY, 43_200],
  ])("RainhooksError has a wait of %d s, up to 12 hours", (retryAfterS, kept) => {
    expect(new RainhooksError("sink-unavailable", "busy", { retryAfterS }).retryAfterS).toBe(kept);
  });

  it.each([undefined, -1, Number.NaN])("RainhooksError has no wait for %p", (retryAfterS) => {
    expect(
      new RainhooksError("sink-unavailable", "busy", { retryAfterS }).retryAfterS,
    ).toBeUndefined();
  });

  it("toRainhooksError makes a RangeError and a URIError of the engine permanent", () => {
    expect(
      [new RangeError("r"), new URIError("u")].map((e) => toRainhooksError(e).permanent),
    ).toEqual([true, true]);
  });
});

describe("messageOf", () => {
  it("messageOf returns the message of anything", () => {
    expect([new Error("a"), "b", 3, undefined].map(messageOf)).toEqual([
      "a",
      "b",
      "3",
      "undefined",
    ]);
  });
});
