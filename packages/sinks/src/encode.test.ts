import { describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core";
import { encodeItem } from "./encode.ts";

describe("encodeItem", () => {
  it("returns what an item becomes", () => {
    expect(encodeItem("1", () => "line")).toEqual({ ok: true, output: "line" });
  });

  it("fails for good where that throws, with the reason", () => {
    const cause = new TypeError("a circle");
    expect(
      encodeItem("1", () => {
        throw cause;
      }),
    ).toMatchObject({
      ok: false,
      failure: {
        id: "1",
        error: {
          code: "sink-rejected",
          permanent: true,
          message: "The value cannot be written: a circle.",
          cause,
        },
      },
    });
  });

  it("fails as it is said where the reason is one of ours", () => {
    const error = new RainhooksError("sink-unavailable", "later");
    expect(
      encodeItem("1", () => {
        throw error;
      }),
    ).toEqual({ ok: false, failure: { id: "1", error } });
  });
});
