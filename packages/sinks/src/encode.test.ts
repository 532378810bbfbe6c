import { describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { encodeItem } from "./encode.ts";

describe("encodeItem", () => {
  it("encodeItem returns the encoded value", () => {
    expect(encodeItem("1", () => "line")).toEqual({ ok: true, output: "line" });
  });

  it("encodeItem fails permanently when the encoder throws, with the reason", () => {
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
          message: "The value cannot be encoded: a circle.",
          cause,
        },
      },
    });
  });

  it("encodeItem returns a RainhooksError unchanged", () => {
    const error = new RainhooksError("sink-unavailable", "later");
    expect(
      encodeItem("1", () => {
        throw error;
      }),
    ).toEqual({ ok: false, failure: { id: "1", error } });
  });
});
