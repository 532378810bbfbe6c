import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { idsIn, type Renaming, renameValue, wholeText } from "./rename.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const UUID = "5c75d6be-4a95-4065-951b-9519664f6498";
const NAME = "anna+home@example.com";
const subjectOf = (id: string, ...also: string[]): ErasureSubject => ({ kind: "node", id, also });
const renamedIn = (subject: ErasureSubject, text: string, sightings: Partial<Renaming> = {}) =>
  renameValue(wholeText(text), idsIn(text), {
    // Conditions are in tables alone.
    table: "known",
    names: namesOf(subject),
    alias: "alias",
    ...sightings,
  });

describe("what finds a subject", () => {
  it.each([
    ["the id alone", "node1", "alias"],
    ["a value of JSON", '{"node_id":"node1"}', '{"node_id":"alias"}'],
    [
      "JSON in a text of JSON",
      '{"body":"{\\"node_id\\":\\"node1\\"}"}',
      '{"body":"{\\"node_id\\":\\"alias\\"}"}',
    ],
    ["a value of a tag", '{"tags":["near:node1"]}', '{"tags":["near:alias"]}'],
    ["a line in broken JSON", '{"text":"first\\nnode1\\tnext', '{"text":"first\\nalias\\tnext'],
    ["a part of a URL", "https://example.com/?n=node1&m=1", "https://example.com/?n=alias&m=1"],
    [
      "a literal of a condition",
      '{"where":"node.id == \'node1\'"}',
      '{"where":"node.id == \'alias\'"}',
    ],
    [
      "words of a sentence",
      "(Node)node1 is off. node1, node1.",
      "(Node)alias is off. alias, alias.",
    ],
  ])("the search finds the subject as %s", (_, text, wanted) => {
    expect(renamedIn(subjectOf("node1"), text)).toBe(wanted);
  });

  it.each([
    "node10",
    "anode1",
    "my-node1",
    "node1-b",
    "node_1",
    "NODE1",
    "node1@example",
    "node1.Power",
    '{"node1":1}',
    '{"node_id":"node1 "}',
    '{"event_type":"node1"}',
    '{"user_id":"node1"}',
    '{"where":"node.id.startsWith(\'node1 \')"}',
    "node1+home@example.com",
    '{"node_id":"b node1","description":"(Node)b node1 is off"}',
  ])("the search does not take %s for node1", (text) => {
    expect(renamedIn(subjectOf("node1"), text)).toBe(text);
  });

  it("the search takes a long id within a longer word for another one, and reports it", () => {
    const stays: string[] = [];
    const text = JSON.stringify({ text: `copy_${UUID}_1`, [`Child.${UUID}`]: 1 });
    expect(renamedIn(subjectOf(UUID), text, { onStays: (one) => stays.push(one) })).toBe(text);
    expect(stays).toEqual([`copy_${UUID}_1`, `Child.${UUID}`]);
  });

  it("the search finds names with letters of any language, in both normal forms, also as escapes", () => {
    const subject = subjectOf("Müller");
    for (const text of ["Müller", "Mu\u0308ller"])
      expect(renamedIn(subject, `of ${text}!`)).toBe("of alias!");
    for (const text of ["M\\u00fcller", "M\\u00FCller", "Mu\\u0308ller"])
      expect(renamedIn(subject, `{"text":"${text}"}`)).toBe('{"text":"alias"}');
    // A mark belongs to the letter before it.
    expect(renamedIn(subjectOf("cafe"), "cafe\u0301")).toBe("cafe\u0301");
    expect(renamedIn(subjectOf("Ann"), "Annähme")).toBe("Annähme");
  });

  it("the search finds numbers, and texts of two characters, as whole values only", () => {
    for (const id of ["12345", "n1"])
      expect(renamedIn(subjectOf(id), `{"node_id":"${id}","text":"at ${id} V","v":12345}`)).toBe(
        `{"node_id":"alias","text":"at ${id} V","v":12345}`,
      );
  });

  it("the search leaves punctuation around numbers, and finds words of three characters", () => {
    expect(renamedIn(subjectOf("12345"), "(12345) - at: 12345")).toBe("(12345) - at: 12345");
    expect(renamedIn(subjectOf("abc"), "of abc!")).toBe("of alias!");
    // As a whole, also a short name is one.
    expect(renamedIn(subjectOf("node1", "n1"), '{"a":"n1","b":"of n1"}')).toBe(
      '{"a":"alias","b":"of n1"}',
    );
  });

  it("the search finds what is written as JSON, and as JSON in JSON, in a sentence", () => {
    for (const text of ["M\\u00fcller", "M\\u00FCller", "M\\\\u00fcller", "M\\\\u00FCller"])
      expect(renamedIn(subjectOf("Müller"), `Sent: {"id":"${text}"}.`)).toBe(
        'Sent: {"id":"alias"}.',
      );
    for (const text of ['us\\"er', 'us\\\\\\"er'])
      expect(renamedIn(subjectOf('us"er'), `Sent: ${text}.`)).toBe("Sent: alias.");
  });

  it("the search leaves a word where it is a part of the name of another one, and only there", () => {
    const text = (said: string) => JSON.stringify({ said, nodes: ["kitchen b", "#kitchen"] });
    expect(renamedIn(subjectOf("kitchen"), text("kitchen is off, not kitchen b or #kitchen"))).toBe(
      text("alias is off, not kitchen b or #kitchen"),
    );
    const named = '{"node_id":"kitchen","text":"kitchen","more":"in kitchen"}';
    expect(renamedIn(subjectOf("4FxB", "kitchen"), named)).toBe(named);
    const user: ErasureSubject = { kind: "user", id: "u1", also: ["anna"] };
    expect(renamedIn(user, '{"user_name":"anna","text":"anna b"}')).toBe(
      '{"user_name":"alias","text":"alias b"}',
    );
  });

  it("the search knows at once that a text cannot have the subject", () => {
    const { mayBeIn } = namesOf(subjectOf("kitchen"));
    expect(["C:\\temp", "garden", "kitche"].map(mayBeIn)).toEqual([false, false, false]);
    expect(["k\\itchen", "\\u006bitchen", "kitchens"].map(mayBeIn)).toEqual([true, true, true]);
    expect(namesOf(subjectOf("a\\b")).mayBeIn("ab")).toBe(false);
  });

  it("the search finds further names, the longer ones first", () => {
    expect(renamedIn(subjectOf("anna", "anna smith"), "of anna smith")).toBe("of alias");
    expect(renamedIn(subjectOf("anna", NAME), `anna, ${NAME}, susanna@example.com`)).toBe(
      "alias, alias, susanna@example.com",
    );
  });

  it("the search finds characters that JSON and URLs write in another way", () => {
    const id = 'a"b\\c/d#(e*';
    for (const text of [id, JSON.stringify([id]), JSON.stringify({ body: JSON.stringify([id]) })])
      expect(renamedIn(subjectOf(id), text)).toBe(text.replace(/a[\\"].*\(e\*/, "alias"));
    expect(renamedIn(subjectOf(id), `/n/${encodeURIComponent(id)}?`)).toBe("/n/alias?");
  });

  it("the search finds a slash that is escaped, and JSON in JSON in JSON", () => {
    expect(renamedIn(subjectOf("a/b"), '{"node_id":"a\\/b"}')).toBe('{"node_id":"alias"}');
    let text = JSON.stringify({ node_id: 'us"er' });
    for (let depth = 0; depth < 4; depth += 1) text = JSON.stringify({ body: text });
    expect(renamedIn(subjectOf('us"er'), text)).toBe(text.replace(/us\\+"er/, "alias"));
  });

  it("the search takes a time that does not grow with the square of the text", () => {
    const nodes = Array.from({ length: 2000 }, (_, index) => `abc ${index}`);
    const text = JSON.stringify({ nodes, notes: nodes.map((one) => `of ${one}`) });
    expect(renamedIn(subjectOf("abc"), text)).toBe(text);
  });

  it("the search leaves numbers, spaces and escapes of JSON as they were written", () => {
    const text = '{ "a": 1.50, "b": 12345678901234567890, "c": "\\u00e9\\/", "node_id": "node1" }';
    expect(renamedIn(subjectOf("node1"), text)).toBe(text.replace("node1", "alias"));
  });

  it("the search renames any id in any JSON, and leaves other values unchanged", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }),
        fc.jsonValue(),
        (id, value) => {
          const names = namesOf(subjectOf(id));
          const rest = JSON.parse(JSON.stringify(value));
          fc.pre(!names.mayBeIn(JSON.stringify(rest)));
          const text = JSON.stringify({
            rest,
            node_id: id,
            nested: JSON.stringify({ nodes: [id] }),
          });
          const renamed = JSON.parse(renamedIn(subjectOf(id), text));
          expect(renamed).toEqual({ rest, node_id: "alias", nested: '{"nodes":["alias"]}' });
        },
      ),
    );
  });

  it.each([[""], ["x".repeat(257)]])("the search refuses %s", (id) => {
    expect(() => namesOf(subjectOf(id))).toThrow("must have 1 to 256 characters");
    expect(() => namesOf(subjectOf("good", id))).toThrow("must have 1 to 256 characters");
  });

  it("the search takes an id of 256 characters", () => {
    const id = "x".repeat(256);
    expect(renamedIn(subjectOf(id), `of ${id}!`)).toBe("of alias!");
  });
});
