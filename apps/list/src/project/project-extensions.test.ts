import { expect, test } from "@jest/globals";
import { extensionsMistake } from "./project-extensions.ts";

const own = { name: "own", description: "d", functions: [{ name: "door-bell" }] };
const load = () => Promise.resolve({});

test("a list of extensions is right with and without what may be absent", () => {
  const all = {
    ...own,
    questions: [{ name: "getMine" }],
    reads: {},
    commands: load,
    operations: load,
  };
  expect([extensionsMistake([]), extensionsMistake([own, all])]).toEqual([undefined, undefined]);
});

test.each([
  [undefined, /^a list of extensions, each with a name and functions\.$/],
  [[{}], /In number 1, name must be a text\.$/],
  [[own, null], /In number 2, name must be a text\.$/],
  [
    [{ ...own, functions: [undefined] }],
    /functions must be a list of functions, each with a name\.$/,
  ],
  [[{ ...own, functions: ["door-bell"] }], /functions must be a list of functions/],
  [[{ ...own, questions: {} }], /questions must be a list of queries, each with a name\.$/],
  [[{ ...own, reads: [] }], /reads must be an object with tables\.$/],
  [[{ ...own, commands: {} }], /commands must be a function that loads them\.$/],
  [[{ ...own, operations: [] }], /operations must be a function that loads them\.$/],
])("a wrong list of extensions is refused with the field that is wrong: %j", (value, message) => {
  expect(extensionsMistake(value)).toMatch(message);
});
