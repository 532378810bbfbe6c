import { expect, it } from "@jest/globals";
import { readFileFields } from "./stage-file.ts";

const readText = (path: string) => {
  if (path === "crm.json") return '{"text":"{{data.message}}"}';
  throw new Error(`no file ${path}`);
};
const mistakesOf = (destinations: object) =>
  readFileFields({ destinations: JSON.parse(JSON.stringify(destinations)) }, readText).mistakes;

it("destinations of a stage's file have their templates beside it", () => {
  expect(readFileFields({}, readText).mistakes).toEqual([]);
  expect(mistakesOf({ crm: { url: "http://localhost:1/x", template: "crm.json" } })).toEqual([]);
});

it("what is wrong with them is said, all of it", () => {
  expect(mistakesOf({ crm: { url: "x" }, Erp: { target: "a", template: "no.json" } })).toEqual([
    expect.stringMatching(/^destinations\.crm\.url /),
    expect.stringMatching(/^destinations\.Erp\.template cannot be read: .*no\.json/),
    expect.stringMatching(/^destinations\.Erp\.id must be/),
  ]);
});
