import { describe, expect, it } from "@jest/globals";
import { idsIn, isNamedIn, type Renaming, renameValue } from "./rename.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const node = (id: string, ...also: string[]): ErasureSubject => ({ kind: "node", id, also });
const renamingOf = (subject: ErasureSubject, more: Partial<Renaming> = {}): Renaming => ({
  ...{ names: namesOf(subject), alias: "alias", ...more },
});
const rename = (subject: ErasureSubject, text: string, more: Partial<Renaming> = {}) =>
  renameValue({ field: "", text }, idsIn(text), renamingOf(subject, more));

/** What a search reports of a text besides. */
function sightingsOf(subject: ErasureSubject, text: string) {
  const seen: { words: string[]; stays: string[] } = { words: [], stays: [] };
  rename(subject, text, {
    onWord: (one) => seen.words.push(one),
    onStays: (one) => seen.stays.push(one),
  });
  return seen;
}

describe("the names of fields", () => {
  it.each([
    "event_type",
    "Topic",
    "rule",
    "kind",
    "method",
    "outcome",
    "state",
    "destination",
    "Place",
    "role",
  ])("a search leaves what says what something is: %s", (field) => {
    const text = JSON.stringify({ [field]: "failed", text: "It failed." });
    expect(rename(node("failed"), text)).toBe(text.replace("It failed", "It alias"));
  });

  it("a search replaces a response as a whole if it has the subject, where it is told to", () => {
    const text = JSON.stringify({ response: "No kitchen.", error: "kitchen: 404", note: "in kitchen" });
    const whole = { response: "alias", error: "alias", note: "in alias" };
    expect(rename(node("kitchen"), text, { dropsResponses: true })).toBe(JSON.stringify(whole));
    expect(rename(node("kitchen"), text)).toBe(text.replaceAll("kitchen", "alias"));
    const other = JSON.stringify({ response: "No kitchens.", error: "garden" });
    expect(rename(node("kitchen"), other, { dropsResponses: true })).toBe(other);
  });

  it("a search leaves names where it is told to", () => {
    const text = '{"name":"kitchen","user_name":"kitchen","label":"kitchen"}';
    const user: ErasureSubject = { kind: "user", id: "kitchen", also: [] };
    expect(rename(user, text)).toBe('{"name":"alias","user_name":"alias","label":"alias"}');
    expect(rename(user, text, { keepsNames: true })).toBe(
      '{"name":"kitchen","user_name":"alias","label":"alias"}',
    );
  });

  it("a search replaces the literals of a condition that are the subject, in either kind of quotes", () => {
    const where = `node.id == "n1" || node.id in ['n1', "n10"] || 'of n1' != "n\\1"`;
    expect(rename(node("n1"), JSON.stringify({ where, when: "n1" }))).toBe(
      JSON.stringify({ where: where.replace('"n1"', '"alias"').replace("'n1'", "'alias'"), when: "n1" }),
    );
    expect(sightingsOf(node("n1"), JSON.stringify({ where }))).toEqual({ words: [], stays: [where] });
    expect(sightingsOf(node("n1"), JSON.stringify({ where: "node.id == 'n1'" })).stays).toEqual([]);
  });
});

describe("broken JSON", () => {
  it.each([
    ["a value behind an escape that JSON does not have", '{"a":"x\\ y","node_id":"n1"'],
    ["a value in a list behind an object", '{"nodes":[{"id":"x"},"n1"]'],
    ["a value behind a list", '{"a":["x"],"node_id":"n1"'],
    ["a value before a text that does not end", '{"node_id":"n1","a":"n1 \\'],
  ])("a search finds %s", (_, text) => {
    expect(rename(node("n1"), text)).toBe(text.replace('"n1"', '"alias"'));
  });

  it("a search finds a value in a list behind an object in JSON", () => {
    expect(rename(node("n1"), '{"nodes":[{"id":"x"},"n1"],"n1":{"n1":1}}')).toBe(
      '{"nodes":[{"id":"x"},"alias"],"n1":{"n1":1}}',
    );
  });
});

describe("what a search reports", () => {
  it("a search asks about a word, unless the text is certainly about the subject", () => {
    expect(sightingsOf(node("kitchen"), "in the kitchen")).toEqual({ words: ["in the kitchen"], stays: [] });
    const sure = '{"node_id":"kitchen","text":"in the kitchen"}';
    expect(sightingsOf(node("kitchen"), sure)).toEqual({ words: [], stays: [] });
    expect(sightingsOf(node("kitchen"), '{"tags":["kitchen"]}')).toEqual({ words: [], stays: [] });
    const both = "a kitchen among kitchens";
    expect(sightingsOf(node("kitchen"), both)).toEqual({ words: [both], stays: [] });
  });

  it("a search reports a longer word that stays, unless it is an id of somebody", () => {
    expect(sightingsOf(node("kitchen"), "the kitchens")).toEqual({ words: [], stays: ["the kitchens"] });
    expect(sightingsOf(node("kitchen"), '{"tags":["kitchens"],"kitchens":1}').stays).toEqual([
      "kitchens",
      "kitchens",
    ]);
    for (const field of ["node_id", "user_id"])
      expect(sightingsOf(node("kitchen"), `{"${field}":"kitchens","tags":["kitchens"]}`).stays).toEqual([]);
    // Any character may be an escape, which says nothing.
    expect(sightingsOf(node("kitchen"), '{"text":"\\\\u0020"}')).toEqual({ words: [], stays: [] });
  });
});

it.each([
  ["kitchen", true],
  ['{"node_id":"kitchen"}', true],
  ["in the kitchen", true],
  ["the kitchens", false],
  ['{"kitchen":1}', false],
  ["garden", false],
])("a text names a subject if it would be replaced: %s", (text, isNamed) => {
  expect(isNamedIn(text, renamingOf(node("kitchen")))).toBe(isNamed);
});
