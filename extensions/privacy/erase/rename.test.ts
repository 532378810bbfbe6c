import { describe, expect, it } from "@jest/globals";
import { idsIn, isNamedIn, type Renaming, renameValue, wholeText } from "./rename.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const node = (id: string, ...also: string[]): ErasureSubject => ({ kind: "node", id, also });
const user = (id: string): ErasureSubject => ({ kind: "user", id, also: [] });
const TABLE: Partial<Renaming> = { table: "known" };
/** Names that fields of our format have. */
const NAMES = [
  "state",
  "type",
  "place",
  "after",
  "kind",
  "rule",
  "series",
  "method",
  "topic",
  "outcome",
  "severity",
  "destination",
  "destinations",
  "notice",
  "user_role",
  "role",
  "where",
  "when",
  "name",
  "dt",
  "tags",
  "event_type",
  "event_version",
  "topic_arn",
  "user_name",
  "UserId",
  "nodes",
  "node_id",
  "members",
  "response",
  "error",
  "body",
  "attributes",
  "data",
  "event_data",
  "value",
  "text",
];
const renamingOf = (subject: ErasureSubject, more: Partial<Renaming> = {}): Renaming => ({
  names: namesOf(subject),
  alias: "alias",
  ...more,
});
const rename = (subject: ErasureSubject, text: string, more: Partial<Renaming> = {}) =>
  renameValue(wholeText(text), idsIn(text), renamingOf(subject, more));

/** What a search reports of a text besides. */
function sightingsOf(subject: ErasureSubject, text: string, more: Partial<Renaming> = {}) {
  const seen: { words: string[]; stays: string[] } = { words: [], stays: [] };
  rename(subject, text, {
    ...more,
    onWord: (one) => seen.words.push(one),
    onStays: (one) => seen.stays.push(one),
  });
  return seen;
}

describe("the names of fields", () => {
  it.each([
    ["event_type", true],
    ["Topic", true],
    ["rule", true],
    ["kind", true],
    ["method", false],
    ["outcome", false],
    ["state", false],
    ["destination", false],
    ["Place", false],
    ["role", false],
  ])(
    "a search leaves what says what something is in our tables: %s; in events: %s",
    (field, isInEvent) => {
      const text = JSON.stringify({ [field]: "failed", text: "It failed." });
      const wanted = text.replace("It failed", "It alias");
      expect(rename(node("failed"), text, TABLE)).toBe(wanted);
      expect(rename(node("failed"), text)).toBe(
        isInEvent ? wanted : wanted.replace("failed", "alias"),
      );
    },
  );

  it.each(["payload", "message_body", "config", "metadata", "anything"])(
    "a text is a text in %s of an event, however its field is called",
    (payload) => {
      const inside = Object.fromEntries(NAMES.map((name) => [name, "child kitchen fell"]));
      for (const value of [inside, JSON.stringify(inside), { deep: [{ attributes: inside }] }]) {
        const text = JSON.stringify({ event_data: { state: "online", [payload]: value } });
        for (const subject of [node("kitchen"), user("kitchen")])
          expect(rename(subject, text)).toBe(text.replaceAll("kitchen", "alias"));
      }
    },
  );

  it("a text is a text in what a device has written into a row, however its field is called", () => {
    const row = {
      type: "kitchen",
      config: { type: "in the kitchen" },
      text: '{"state":"in the kitchen"}',
    };
    expect(rename(node("kitchen"), JSON.stringify(row), TABLE)).toBe(
      JSON.stringify(row).replaceAll("the kitchen", "the alias"),
    );
  });

  it("a search replaces a response as a whole if it has the subject, where it is told to", () => {
    const text = JSON.stringify({
      response: "No kitchen.",
      error: "kitchen: 404",
      note: "in kitchen",
    });
    const whole = { response: "alias", error: "alias", note: "in alias" };
    const drops: Partial<Renaming> = { ...TABLE, dropsResponses: true };
    expect(rename(node("kitchen"), text, drops)).toBe(JSON.stringify(whole));
    expect(rename(node("kitchen"), text)).toBe(text.replaceAll("kitchen", "alias"));
    const other = JSON.stringify({ response: "No kitchens.", error: "garden" });
    expect(rename(node("kitchen"), other, drops)).toBe(other);
  });

  it("a search leaves names where it is told to", () => {
    const text = '{"name":"kitchen","user_name":"kitchen","label":"kitchen"}';
    expect(rename(user("kitchen"), text)).toBe(
      '{"name":"alias","user_name":"alias","label":"alias"}',
    );
    expect(rename(user("kitchen"), text, { keepsNames: true })).toBe(
      '{"name":"kitchen","user_name":"alias","label":"alias"}',
    );
  });

  it("a search replaces the literals of a condition that are the subject, in either kind of quotes", () => {
    const where = `node.id == "n1" || node.id in ['n1', "n10"] || 'of n1' != "n\\1"`;
    expect(rename(node("n1"), JSON.stringify({ where, when: "n1" }), TABLE)).toBe(
      JSON.stringify({
        where: where.replace('"n1"', '"alias"').replace("'n1'", "'alias'"),
        when: "n1",
      }),
    );
    expect(sightingsOf(node("n1"), JSON.stringify({ where }), TABLE)).toEqual({
      words: [],
      stays: [where],
    });
    expect(
      sightingsOf(node("n1"), JSON.stringify({ where: "node.id == 'n1'" }), TABLE).stays,
    ).toEqual([]);
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
    expect(sightingsOf(node("kitchen"), "in the kitchen")).toEqual({
      words: ["in the kitchen"],
      stays: [],
    });
    const sure = '{"node_id":"kitchen","text":"in the kitchen"}';
    expect(sightingsOf(node("kitchen"), sure)).toEqual({ words: [], stays: [] });
    expect(sightingsOf(node("kitchen"), '{"tags":["kitchen"]}')).toEqual({ words: [], stays: [] });
    const both = "a kitchen among kitchens";
    expect(sightingsOf(node("kitchen"), both)).toEqual({ words: [both], stays: [] });
  });

  it("a search reports a longer word that stays, unless it is an id of somebody", () => {
    expect(sightingsOf(node("kitchen"), "the kitchens")).toEqual({
      words: [],
      stays: ["the kitchens"],
    });
    expect(sightingsOf(node("kitchen"), '{"tags":["kitchens"],"kitchens":1}').stays).toEqual([
      "kitchens",
      "kitchens",
    ]);
    for (const field of ["node_id", "user_id"])
      expect(
        sightingsOf(node("kitchen"), `{"${field}":"kitchens","note":["kitchens"]}`).stays,
      ).toEqual([]);
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
