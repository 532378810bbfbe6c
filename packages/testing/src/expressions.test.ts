import { join } from "node:path";
import { describe, expect, it, test } from "@jest/globals";
import { sourceExpressions, wordsOf } from "./expressions.ts";
import { superlinearText } from "./growth.ts";

const ROOT = join(import.meta.dirname, "../../..");
const EXPRESSIONS = sourceExpressions(ROOT);
const MIN_EXPRESSIONS = 200;
const TIMEOUT_MS = 300_000;

/** Everywhere in a text, as `replace` and `matchAll` look for it. */
const superlinear = (expression: RegExp) => {
  const everywhere = new RegExp(expression.source, `${expression.flags.replace(/[gy]/g, "")}g`);
  return superlinearText((text) => text.replace(everywhere, ""), wordsOf(expression));
};

describe("the time of each regular expression of the product", () => {
  it(
    "the time of each expression grows with the length of a text, and not with its square",
    () => {
      expect(EXPRESSIONS.length).toBeGreaterThan(MIN_EXPRESSIONS);
      const slow = EXPRESSIONS.flatMap(({ place, expression }) => {
        const text = superlinear(expression);
        return text === undefined ? [] : [`${place} on ${JSON.stringify(text)}`];
      });
      expect(slow).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test.each([
    /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>()\\]+/gi,
    /((?:authorization|secret|token)[\w-]*\s*[:=]\s*)[^\s"',;&}\\]+/gi,
    /\b(?:(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])[\w+/-]{40,}=*)/gi,
    /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i,
    /[.\s]+$/,
    /topic=[^/]+\/$/,
    /^\s+at (.*)$/m,
    /(a+)+$/,
  ])("superlinear finds that the time grows for %s", (expression) => {
    expect(superlinear(expression)).toBeDefined();
  });
});
