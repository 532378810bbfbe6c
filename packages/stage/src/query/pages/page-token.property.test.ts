import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { pageToken, placeOf } from "./page-token.ts";

const anyText = fc.string({ unit: "grapheme" });
const NOT_THIS = expect.objectContaining({
  code: "input-invalid",
  permanent: true,
  message:
    "The page token does not belong to this query. Use `next` of the previous page, with the same parameters.",
});

/** What is thrown for a token; the place that it has, if nothing is. */
function placeOrError(query: string, token: string): unknown {
  try {
    return placeOf(query, token);
  } catch (error) {
    return error;
  }
}

test("a page token has its place, for its own query only", () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (query, place, other) => {
      const token = pageToken(query, place);
      expect(token).toMatch(/^[\w-]{22,}$/);
      expect(placeOf(query, token)).toBe(place);
      if (other !== query) expect(placeOrError(other, token)).toEqual(NOT_THIS);
    }),
  );
});

test("a page token changes if text moves from the query to the place, or back", () => {
  fc.assert(
    fc.property(anyText, anyText, fc.string({ minLength: 1 }), (query, place, moved) => {
      const bindingOf = (token: string) =>
        Buffer.from(token, "base64url").subarray(0, 16).toString("hex");
      const one = pageToken(`${query}${moved}`, place);
      const other = pageToken(query, `${moved}${place}`);
      expect(bindingOf(one)).not.toBe(bindingOf(other));
    }),
  );
});

test("a token that was changed, cut or padded is refused", () => {
  fc.assert(
    fc.property(anyText, fc.nat(), fc.integer({ min: 1, max: 255 }), (place, position, change) => {
      const token = pageToken("query", place);
      const bytes = Buffer.from(token, "base64url");
      const changed = Buffer.from(bytes);
      const index = position % bytes.length;
      changed[index] = (changed[index] ?? 0) ^ change;
      const cut = bytes.subarray(0, position % 16);
      for (const other of [changed, cut].map((one) => one.toString("base64url")))
        expect(placeOrError("query", other)).toEqual(NOT_THIS);
      for (const other of [`${token}=`, ` ${token}`, `${token}!`])
        expect(placeOrError("query", other)).toEqual(NOT_THIS);
    }),
  );
});
