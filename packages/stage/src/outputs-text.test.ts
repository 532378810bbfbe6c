import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { outputsJson } from "./read-outputs.ts";

const zipped = (text: string) => gzipSync(text).toString("base64");

test.each([
  ["zipped", zipped('{"stage":"dev"}'), '{"stage":"dev"}'],
  ["that are not zipped", '{"stage":"dev"}', ""],
  ["that are none", "H4sIAAAA", ""],
  ["that are empty", "", ""],
])("outputsJson reads outputs %s", (_, text, json) => {
  expect(outputsJson(text)).toBe(json);
});

test("outputsJson does not unzip more than a stage can have", () => {
  const bomb = zipped("x".repeat(2 * 1024 * 1024));
  expect(outputsJson(bomb)).toBe("");
});
