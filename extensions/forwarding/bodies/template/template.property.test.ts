import { expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import fc from "fast-check";
import { parseTemplate } from "./parse.ts";
import { renderTemplate } from "./render.ts";

const name = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "0",
    "1",
    "length",
    "__proto__",
    "constructor",
    "toString",
    "a.b",
    "é",
    "a b",
  ),
  fc.stringMatching(/^[a-z]{1,3}$/),
);
const values = fc.dictionary(name, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 });

const text = fc
  .array(
    fc.oneof(fc.constantFrom("{{", "}}", "{", "}", "[", "]", "'", ".", " ", '"', "\\"), name),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(""));

it("a template of any text is either refused or renders JSON, for any values", () => {
  const document = fc.oneof(
    text,
    fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.array(tie("tree")),
        fc.dictionary(name, tie("tree")),
      ),
    })).tree,
  );
  fc.assert(
    fc.property(
      fc.oneof(
        document,
        document.map((one) => JSON.stringify(one)),
      ),
      values,
      (written, given) => {
        try {
          const template = parseTemplate(
            typeof written === "string" ? written : JSON.stringify(written),
          );
          JSON.parse(renderTemplate(template, given));
        } catch (error) {
          expect(error).toBeInstanceOf(RainhooksError);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

it("a template without a path renders the same document", () => {
  const document = fc
    .jsonValue({ maxDepth: 5 })
    .filter((value) => !JSON.stringify(value).includes("{{"));
  fc.assert(
    fc.property(document, values, (written, given) => {
      const json = JSON.stringify(written);
      expect(renderTemplate(parseTemplate(json), given)).toBe(json);
    }),
  );
});

it("a template finds exactly an object's own fields", () => {
  const key = name.filter((one) => !one.includes("'"));
  fc.assert(
    fc.property(key, values, (wanted, given) => {
      const template = parseTemplate(JSON.stringify(`{{['${wanted}']}}`));
      const expected = Object.hasOwn(given, wanted) ? given[wanted] : null;
      expect(renderTemplate(template, given)).toBe(JSON.stringify(expected));
    }),
  );
});
