import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { choice, flag, requiredText, wholeNumber } from "./kinds.ts";
import { type Param, readParams } from "./param.ts";

const node = requiredText({ description: "Node.", placeholder: "node", maxLength: 10 });
const state = choice({ description: "State.", placeholder: "state" }, ["open", "all"], "open");
const limit = wholeNumber(
  { description: "Limit.", placeholder: "n" },
  { min: 1, max: 9, fallback: 5 },
);
const PARAMS = { node, state, limit };

/** The error of parameters that cannot be read. */
function refused(message: string) {
  return expect.objectContaining({ code: "input-invalid", message, permanent: true });
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("the texts of parameters", () => {
  it("the texts of parameters become values; what is left out has its default", () => {
    expect(readParams(PARAMS, { node: "n1", limit: "9" })).toEqual({
      node: "n1",
      state: "open",
      limit: 9,
    });
    expect(readParams(PARAMS, { node: "n1", state: undefined, colour: undefined })).toEqual({
      node: "n1",
      state: "open",
      limit: 5,
    });
  });

  test.each<
    [string, Record<string, Param<unknown>>, Record<string, string>, readonly string[], string]
  >([
    ["one is missing", { node }, {}, [], "node is missing."],
    ["one has no meaning", { state }, { a: "1" }, [], "unknown parameter a (known: state)."],
    [
      "another name is known, although it is not read here",
      { state, limit },
      { a: "1" },
      ["page"],
      "unknown parameter a (known: state, limit, page).",
    ],
    ["there are none", {}, { a: "1" }, [], "unknown parameter a (this query has none)."],
    [
      "several are wrong",
      PARAMS,
      { a: "1", state: "x", limit: "0" },
      [],
      "unknown parameter a (known: node, state, limit); node is missing; state must be one of open, all; limit must be a whole number from 1 to 9.",
    ],
  ])(
    "the texts of parameters are refused, with every mistake, if %s",
    (_, params, texts, others, message) => {
      expect(thrownBy(() => readParams(params, texts, others))).toEqual(refused(message));
    },
  );

  it("the texts of parameters are not looked for among what every object has", () => {
    const inherited = { constructor: flag({ description: "A flag with an unlucky name." }) };
    expect(readParams(inherited, {})).toEqual({ constructor: false });
    fc.assert(
      fc.property(
        fc.constantFrom("toString", "constructor", "hasOwnProperty", "valueOf"),
        (name) => {
          expect(thrownBy(() => readParams({ state }, { [name]: "x" }))).toEqual(
            refused(`unknown parameter ${name} (known: state).`),
          );
        },
      ),
    );
  });

  it("end in the error of a parameter that fails for another reason", () => {
    const broken: Param<string> = {
      ...node,
      read: () => {
        throw new TypeError("broken");
      },
    };
    expect(thrownBy(() => readParams({ broken }, { broken: "x" }))).toEqual(
      new TypeError("broken"),
    );
  });
});
