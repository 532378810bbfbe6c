import { expect, test } from "@jest/globals";
import { parseLine } from "./parse-line.ts";

const DELIVERY = { id: "1", sentAtMs: 5, topic: "t", attributes: { a: "b" }, body: "{}" };
const line = (change: object) => JSON.stringify({ ...DELIVERY, ...change });

test.each<[string, object, object]>([
  ["all fields", {}, {}],
  ["no topic", { topic: undefined }, { topic: undefined }],
  ["a topic that is null, as in a table", { topic: null }, { topic: undefined }],
  ["no attributes", { attributes: undefined }, { attributes: {} }],
  ["attributes that are null", { attributes: null }, { attributes: {} }],
  ["an empty body", { body: "" }, { body: "" }],
])("a line with %s is a delivery", (_, change, expected) => {
  expect(parseLine(line(change))).toEqual({ ...DELIVERY, ...expected });
});

test.each<[string, string]>([
  ["no JSON", "{"],
  ["a list", "[]"],
  ["a text", '"x"'],
  ["no id", line({ id: undefined })],
  ["a number as id", line({ id: 1 })],
  ["no time", line({ sentAtMs: undefined })],
  ["a text as time", line({ sentAtMs: "5" })],
  ["no body", line({ body: undefined })],
  ["an object as body", line({ body: {} })],
  ["a number as topic", line({ topic: 1 })],
  ["a number as attribute", line({ attributes: { a: 1 } })],
  ["a list as attributes", line({ attributes: ["a"] })],
  [
    "a notification of SNS",
    JSON.stringify({ Type: "Notification", MessageId: "1", Message: "{}" }),
  ],
])("the line %s is no delivery", (_, text) => {
  expect(parseLine(text)).toBeUndefined();
});
