import { expect, test } from "@jest/globals";
import { questionsFor } from "./questions.ts";
import { refuseRepeated } from "./refuse-repeated.ts";

const QUESTIONS = questionsFor(["read", "attempts"]);

test.each([
  ["name", { name: "getNode", path: "/v1/mine" }, "There are two queries with the name getNode."],
  [
    "path",
    { name: "getMine", path: "/v1/nodes/{mine}" },
    "There are two queries with the path /v1/nodes/{}.",
  ],
])("a query with the %s of one that comes with Rainhooks is refused", (_, own, message) => {
  expect(() =>
    refuseRepeated("queries", [...QUESTIONS, { name: "getMine", path: "/v1/mine" }]),
  ).not.toThrow();
  expect(() => refuseRepeated("queries", [...QUESTIONS, own])).toThrow(
    expect.objectContaining({
      code: "input-invalid",
      message: `${message} Give your own another one.`,
    }),
  );
});

test("what has no path may be many", () => {
  expect(() => refuseRepeated("functions", [{ name: "a" }, { name: "b" }])).not.toThrow();
  expect(() => refuseRepeated("functions", [{ name: "a" }, { name: "a" }])).toThrow(
    "two functions",
  );
});
