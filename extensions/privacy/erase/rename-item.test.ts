import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { describe, expect, it, test } from "@jest/globals";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { keyCutterOf, namesInTable } from "./rename-item.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const ALIAS = "rainhooks-erased-0123456789ab";
const node = (id: string, ...also: string[]): ErasureSubject => ({ kind: "node", id, also });
const user = (id: string, ...also: string[]): ErasureSubject => ({ kind: "user", id, also });
const text = (S: string) => ({ S });

/** What reads the items of a table; `own` is one of which nothing is known. */
const namesIn = (table: string, keys: string[], subject: ErasureSubject) =>
  namesInTable(table, keys, { names: namesOf(subject), alias: ALIAS });
const renamed = (item: Attributes, subject: ErasureSubject, table = "own", keys = ["id"]) =>
  namesIn(table, keys, subject).renamed(item);

describe("an item of a table of which nothing is known", () => {
  const isOfNode = (item: Attributes, subject: ErasureSubject) =>
    namesIn("own", ["id"], subject).isOfNode(item);

  it.each([
    ["kitchen", "kitchen"],
    ["kitchen#2026", "kitchen"],
    ["n%2F1#2026", "n/1"],
    ["n/1", "n/1"],
  ])("an item with the key %s belongs to node %s", (key, id) => {
    expect(isOfNode({ id: text(key) }, node(id))).toBe(true);
    expect(isOfNode({ id: text(key) }, user(id))).toBe(false);
  });

  it.each(["kitchens#1", "garden#kitchen", "node#kitchen", ""])(
    "an item with the key %j does not",
    (key) => {
      expect(isOfNode({ id: text(key) }, node("kitchen"))).toBe(false);
    },
  );

  it("an item belongs to the node in its attribute nodeId, and to no further name of one", () => {
    expect(isOfNode({ id: { N: "1" }, nodeId: text("kitchen") }, node("kitchen"))).toBe(true);
    expect(isOfNode({ id: { N: "1" }, nodeId: text("kitchen") }, node("4FxB", "kitchen"))).toBe(
      false,
    );
    expect(isOfNode({ id: { N: "1" }, by: text("kitchen") }, node("kitchen"))).toBe(false);
    expect(isOfNode({ by: text("kitchen") }, node("kitchen"))).toBe(false);
  });

  it("an item is renamed in texts, sets, lists and maps, by the names of their fields, and only what changes is returned", () => {
    const A = "anna";
    const of = (value: AttributeValue, field = "by") =>
      renamed({ id: text("x"), [field]: value }, user(A, "Anna"));
    expect(of(text(`of ${A}`))).toEqual({ by: text(`of ${ALIAS}`) });
    expect(of({ SS: ["ben", A, "Anna"] })).toEqual({ by: { SS: ["ben", ALIAS] } });
    expect(of({ L: [text("ben"), { N: "1" }, text(A)] })).toEqual({
      by: { L: [text("ben"), { N: "1" }, text(ALIAS)] },
    });
    const map = { at: { N: "1" }, other: text("ben"), userId: text(A), nodeId: text(A) };
    expect(of({ M: { deep: { M: map } } })).toEqual({
      by: { M: { deep: { M: { ...map, userId: text(ALIAS) } } } },
    });
    for (const value of [
      text("annas"),
      { SS: ["ben"] },
      { L: [text("ben")] },
      { M: { anna: text("ben") } },
      { N: "1" },
      { BOOL: true },
      { NULL: true as const },
      { B: Buffer.from(A) },
    ])
      expect(of(value)).toEqual({});
    expect(of(text(A), "nodeId")).toEqual({});
    expect(of({ L: [text(A)] }, "eventType")).toEqual({});
  });

  it.each<[string, Attributes]>([
    ["a text", { nodeId: text("kitchen b") }],
    ["a set", { nodes: { SS: ["kitchen b"] } }],
    ["a list", { nodes: { L: [text("kitchen b")] } }],
    ["a map", { data: { M: { node_id: text("kitchen b") } } }],
  ])(
    "an item that names another node in %s keeps the name of that one in its texts",
    (_, other) => {
      const item = { id: text("x"), note: text("kitchen b is off"), ...other };
      expect(renamed(item, node("kitchen"))).toEqual({});
      expect(renamed({ ...item, more: text("kitchen is on") }, node("kitchen"))).toEqual({
        more: text(`${ALIAS} is on`),
      });
    },
  );
});

describe("keys of a table of a stage", () => {
  it.each<
    [table: string, key: string, value: string, kind: "node" | "user", id: string, wanted: string]
  >([
    ["node-status", "item", "user#anna", "user", "anna", `user#${ALIAS}`],
    ["node-status-b", "item", "user#anna", "user", "anna", `user#${ALIAS}`],
    ["node-status", "item", "user#a#b", "user", "a#b", `user#${ALIAS}`],
    ["node-status", "item", "tag#near anna", "user", "anna", `tag#near ${ALIAS}`],
    ["node-status", "nodeId", "kitchen", "node", "kitchen", ALIAS],
    ["filter-rules", "entity", "node#kitchen", "node", "kitchen", `node#${ALIAS}`],
    ["filter-rules", "entity", "user#anna", "user", "anna", `user#${ALIAS}`],
    ["time-series", "series", "n%2F1#Child.n", "node", "n/1", `${ALIAS}#Child.n`],
    [
      "time-series-rollups",
      "series",
      "number#n%2F1#Child.n",
      "node",
      "n/1",
      `number#${ALIAS}#Child.n`,
    ],
    ["alarms", "subject", "node#kitchen", "node", "kitchen", `node#${ALIAS}`],
    ["outbox", "lane", "crm.0#node:kitchen", "node", "kitchen", `crm.0#node:${ALIAS}`],
  ])("the key of %s names somebody: %s %s", (table, key, value, kind, id, wanted) => {
    const names = namesIn(table, [key], { kind, id, also: [] });
    expect(names.renamed({ [key]: text(value) })).toEqual({ [key]: text(wanted) });
    expect(names.isOfNode({ [key]: text(value) })).toBe(kind === "node");
    const other = namesIn(table, [key], { kind: kind === "node" ? "user" : "node", id, also: [] });
    expect(other.isOfNode({ [key]: text(value) })).toBe(false);
  });

  it.each([
    ["node-status", "item", "anna"],
    ["node-status", "item", "users#anna"],
    ["filter-rules", "entity", "anna"],
    ["filter-rules", "entity", "node#anna"],
    ["time-series", "group", "0001#anna"],
    ["time-series", "series", "n#anna"],
    ["time-series", "series", "%zz#anna"],
    ["alarms", "subject", "rule#anna"],
    ["alarms", "openKey", "anna#1"],
    ["outbox", "lane", "anna#all:0"],
    ["outbox", "lane", "anna"],
    ["attempts", "place", "anna#failed#0"],
    ["attempts", "webhookId", "anna"],
    ["copies", "webhookId", "anna"],
    ["destinations", "id", "anna"],
    ["replays", "job", "anna"],
    ["audits", "id", "anna"],
    ["watch-rules", "name", "anna"],
    ["archive-hours", "hour", "anna"],
    ["table-slots", "store", "anna"],
  ])("the key of %s does not name a user: %s %s", (table, key, value) => {
    const names = namesIn(table, [key], user("anna"));
    expect(names.renamed({ [key]: text(value) })).toEqual({});
    expect(namesIn(table, [key], node("anna")).isOfNode({ [key]: text(value) })).toBe(
      value === "node#anna",
    );
  });

  it("a series whose key is not encoded as those are is no node's", () => {
    // As a key, a/b is written a%2Fb.
    for (const key of ["a/b#T", "a%2fb#T"])
      expect(namesIn("time-series", ["series"], node("a/b")).isOfNode({ series: text(key) })).toBe(
        false,
      );
  });

  it("another's name in a key stays in the texts of the item", () => {
    const ofUser = { nodeId: text("n"), item: text("user#anna b"), note: text("anna b, not anna") };
    expect(renamed(ofUser, user("anna"), "node-status", ["nodeId", "item"])).toEqual({
      note: text(`anna b, not ${ALIAS}`),
    });
    const ofNode = { series: text("kitchen%20b#T"), note: text("kitchen b, not kitchen") };
    expect(renamed(ofNode, node("kitchen"), "time-series", ["series", "group"])).toEqual({
      note: text(`kitchen b, not ${ALIAS}`),
    });
    // What is no name of anybody protects nothing.
    const tagged = { nodeId: text("n"), item: text("tag#anna b"), note: text("anna b") };
    expect(renamed(tagged, user("anna"), "node-status", ["nodeId", "item"])).toEqual({
      item: text(`tag#${ALIAS} b`),
      note: text(`${ALIAS} b`),
    });
  });

  test.each(["own", "node-status-c", "time-b-series", "-b"])(
    "nothing is known of the keys of %s",
    (table) => {
      expect(keyCutterOf(table)).toBeUndefined();
    },
  );
});
