import { describe, expect, it, test } from "@jest/globals";
import { mistakeText } from "@rainhooks/core/mistake";
import type { DestinationSettings } from "../destination.ts";
import { decodeDestination } from "../destination-item.ts";
import { readSettings } from "../read-settings.ts";
import { readAllDeclared, readDeclared } from "./declared.ts";

const options = { allowPrivate: false, readTemplate: (file: string) => `{"from":"${file}"}` };
const read = (given: unknown) => readDeclared("crm", given, options);

describe("a destination of the stage's file", () => {
  it("has an item with what differs from the defaults, always in the same order", () => {
    const given = {
      ...{ url: "https://crm.example.com/hook?node={{nodeId}}", events: ["alert"], format: "event" },
      ...{ ratePerS: 3, nodes: [], schedule: [5, 300], eachCopy: true, concurrency: 10, description: "CRM" },
    };
    const { item, mistakes } = read(given);
    expect(mistakes).toEqual([]);
    expect(JSON.stringify(item)).toBe(
      JSON.stringify({
        description: { S: "CRM" },
        eachCopy: { BOOL: true },
        events: { L: [{ S: "rmaker.event.alert" }] },
        id: { S: "crm" },
        origin: { S: "file" },
        ratePerS: { N: "3" },
        schedule: { S: "5s,5m" },
        url: { S: "https://crm.example.com/hook?node={{nodeId}}" },
      }),
    );
    const turned = Object.fromEntries(Object.entries(given).toReversed());
    expect(JSON.stringify(read(turned).item)).toBe(JSON.stringify(item));
  });

  it("takes every setting that commands take: it is read with the same readers", () => {
    // The compiler asks for a value of each setting, also of a new one.
    const decided = {
      ...{ description: "x", events: ["rmaker.event.alert"], nodes: ["n"], tags: ["a:b"] },
      ...{
        where: "event.type == 'rmaker.event.alert'",
        format: "template",
        template: '["{{each}}","{{id}}"]',
      },
      ...{ ratePerS: 1, concurrency: 2, schedule: [], eachCopy: true, inOrder: false },
      ...{ batchEvents: 10, batchWaitS: 20, batchBytes: 30_000 },
    } satisfies Record<
      Exclude<keyof DestinationSettings, "id" | "url" | "headerNames" | "auth" | "publicKey">,
      unknown
    >;
    const usual = readSettings({ id: "crm", url: "https://crm.example.com" });
    const { item, mistakes } = read({
      ...decided,
      url: "https://crm.example.com",
      template: ["{{each}}", "{{id}}"],
    });
    expect(mistakes).toEqual([]);
    const { state: _, ...found } = decodeDestination(item);
    expect(found).toMatchObject({ ...usual, ...decided, inOrder: usual.inOrder });
  });

  it("has a template by the name of its file, or as it is; the format follows from it", () => {
    expect(read({ url: "https://a.example", template: "crm.json" }).item).toMatchObject({
      format: { S: "template" },
      template: { S: '{"from":"crm.json"}' },
    });
    expect(read({ url: "https://a.example", template: { text: "{{id}}" } }).item["template"]).toEqual({
      S: '{"text":"{{id}}"}',
    });
  });

  it("can be a target of the stage", () => {
    expect(read({ target: "orders" }).item["url"]).toEqual({ S: "target:orders" });
  });

  test.each<[unknown, string]>([
    ["https://a.example", 'must be an object, not "https://a.example".'],
    [{}, "needs either url or target."],
    [{ url: "https://a.example", target: "orders" }, "needs either url or target."],
    [{ target: "Orders" }, "target must be the name of one of the stage's targets."],
    [
      { url: "http://a.example" },
      "url cannot be used: http://a.example is not encrypted. Use https:, or set allowPrivate",
    ],
    [
      { url: "https://10.0.0.1/x" },
      "url cannot be used: The address of https://10.0.0.1 is private or reserved.",
    ],
    [
      { url: "https://ann:pw@a.example" },
      "contains a user or a password. Give them with destinations set-secrets",
    ],
    [
      { url: "https://a.example/{{no path" },
      "url cannot be used: Between {{ and }} of a URL is the path of a value",
    ],
    [
      { url: "https://a.example/{{nodeId}}", batchEvents: 9 },
      "url has values of one event, but a batch has several.",
    ],
    [{ url: `https://a.example/${"x".repeat(2048)}` }, "url must be a text of up to 2048 characters."],
    [{ url: 7 }, "url must be a text of up to 2048 characters."],
    [{ url: "https://a.example", headerNames: ["x"] }, "headerNames follows from its secrets"],
    [{ url: "https://a.example", auth: "basic" }, "auth follows from its secrets"],
    [{ url: "https://a.example", publicKey: "whpk_" }, "publicKey follows from its secrets"],
    [{ url: "https://a.example", where: "event.typ == 1" }, "where "],
    [{ url: "https://a.example", events: ["alarm"] }, 'events [0] "alarm" is not an event'],
    [{ url: "https://a.example", rate: 3 }, '"rate" is not a setting of a destination.'],
    [{ url: "https://a.example", template: { a: "{{" } }, "template cannot be used"],
    [{ url: "https://a.example", format: "raw", template: {} }, "template is not used by format raw."],
  ])("%j is refused", (given, message) => {
    const texts = read(given).mistakes.map((mistake) => mistakeText(mistake));
    expect(texts).toEqual([expect.stringContaining(message)]);
  });

  it("can have a URL of the maximum length, and one with values of a batch", () => {
    expect(read({ url: `https://a.example/${"x".repeat(2030)}` }).mistakes).toEqual([]);
    expect(read({ url: "https://a.example/{{id}}?n={{count}}", batchEvents: 9 }).mistakes).toEqual([]);
  });

  it("says all that is wrong of one, and of all of them with their names", () => {
    const { mistakes } = readAllDeclared(
      { crm: { url: "http://a.example", rate: 3 }, "my crm": 7, erp: { url: "https://b.example" } },
      options,
    );
    expect(mistakes.map(({ field }) => field)).toEqual([
      "destinations.crm.url",
      'destinations.crm."rate"',
      "destinations.my crm",
    ]);
    expect(readAllDeclared([], options).mistakes).toEqual([
      { field: "destinations", problem: "must be an object, not a list of 0." },
    ]);
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`d${index}`, {}]));
    expect(readAllDeclared(many, options).mistakes).toMatchObject([{ field: "destinations" }]);
  });

  it("says which file of a template cannot be read", () => {
    const failing = {
      ...options,
      readTemplate: () => {
        throw new Error("ENOENT");
      },
    };
    const { mistakes } = readDeclared("crm", { url: "https://a.example", template: "no.json" }, failing);
    expect(mistakes).toEqual([{ field: "template", problem: "cannot be read: ENOENT." }]);
  });
});
