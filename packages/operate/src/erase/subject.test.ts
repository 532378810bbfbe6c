import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { mentionsOf } from "./subject.ts";

const SHORT = mentionsOf({ id: "node1", also: [] });
const UUID = "5c75d6be-4a95-4065-951b-9519664f6498";
const NAME = "anna+home@example.com";

describe("what finds a subject", () => {
  it.each([
    ["the id alone", "node1"],
    ["a value of JSON", '{"node_id":"node1"}'],
    ["JSON in a string", JSON.stringify({ body: JSON.stringify({ node_id: "node1" }) })],
    ["a part of a key", "node1#Light.Power"],
    ["the beginning of a line in JSON", JSON.stringify("first\nnode1\tnext")],
    ["the owner of a name", "node1.Light.Power"],
    ["a sentence", "(User)'s (Node)node1 is offline. node1, then."],
  ])("finds it as %s", (_, text) => {
    expect(SHORT.in(text)).toBe(true);
    expect(SHORT.in(SHORT.replacedIn(text, "alias"))).toBe(false);
  });

  it.each(["node10", "anode1", "my-node1", "node1-b", "node_1", "NODE1", "node1@example"])(
    "does not take %s for node1",
    (text) => {
      expect(SHORT.in(text)).toBe(false);
      expect(SHORT.replacedIn(text, "alias")).toBe(text);
    },
  );

  it("finds names with letters of any language, also as escapes", () => {
    const { in: isIn, replacedIn } = mentionsOf({ id: "Müller", also: [] });
    for (const text of ['"M\\u00fcller"', '"M\\u00FCller"', JSON.stringify('"M\\u00fcller"'), "Müller"]) {
      expect(isIn(text)).toBe(true);
      expect(isIn(replacedIn(text, "alias"))).toBe(false);
    }
    expect(mentionsOf({ id: "Ann", also: [] }).in("Annähme")).toBe(false);
  });

  it("refuses digits alone, which could be any number", () => {
    expect(() => mentionsOf({ id: "12345", also: [] })).toThrow("has digits alone");
  });

  it("takes a long id for itself also within a longer word", () => {
    expect(mentionsOf({ id: UUID, also: [] }).replacedIn(`copy_${UUID}_1`, "alias")).toBe("copy_alias_1");
  });

  it("finds further names, of which the longer ones come first", () => {
    const { replacedIn } = mentionsOf({ id: "anna", also: [NAME] });
    expect(replacedIn(`anna, ${NAME}, susanna@example.com`, "X")).toBe("X, X, susanna@example.com");
  });

  it("finds characters that JSON, URLs and expressions write in another way", () => {
    const id = 'a"b\\c/d#(e*';
    const { in: isIn, replacedIn } = mentionsOf({ id, also: [] });
    for (const text of [
      id,
      JSON.stringify(id),
      JSON.stringify(JSON.stringify(id)),
      `${encodeURIComponent(id)}#series`,
    ]) {
      expect(isIn(text)).toBe(true);
      expect(isIn(replacedIn(text, "alias"))).toBe(false);
    }
  });

  it("replaces any id in any JSON, and leaves its other values as they are", () => {
    const id = fc
      .string({ minLength: 3, maxLength: 40 })
      .filter((text) => text.trim() === text && !/^\W|\W$|^\d+$/.test(text));
    fc.assert(
      fc.property(id, fc.jsonValue(), (one, value) => {
        const { in: isIn, replacedIn } = mentionsOf({ id: one, also: [] });
        fc.pre(!isIn(JSON.stringify(value)) && !isIn("0rest: ,[]{}"));
        const replaced = replacedIn(
          JSON.stringify({ rest: value, "0": one, nested: JSON.stringify([one]) }),
          "A",
        );
        expect(isIn(replaced)).toBe(false);
        expect(JSON.parse(replaced)).toMatchObject({ "0": "A", nested: '["A"]' });
        expect(JSON.parse(replaced).rest).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([["ab"], ["x".repeat(257)]])("refuses %s", (id) => {
    expect(() => mentionsOf({ id, also: [] })).toThrow("must have 3 to 256 characters");
    expect(() => mentionsOf({ id: "good", also: [id] })).toThrow("must have 3 to 256 characters");
  });
});
