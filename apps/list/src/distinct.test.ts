import { expect, test } from "@jest/globals";
import { nodeQuestion } from "@rainhooks/stage/query/questions/nodes";
import { BY_NAME, distinct } from "./distinct.ts";
import { FUNCTIONS } from "./index.ts";
import { BY_NAME_AND_PATH, questionsFor } from "./questions.ts";

const QUESTIONS = questionsFor(["read", "attempts"]);

test.each([
  [{ ...nodeQuestion, path: "/v1/mine" }, "There are two queries with the name getNode. Give your own"],
  [
    { ...nodeQuestion, name: "getMine", path: nodeQuestion.path.replace("{node}", "{mine}") },
    "There are two queries with the path /v1/nodes/{}. Give your own another path.",
  ],
])("a query of one's own that has what another has is refused (%#)", (own, message) => {
  const all = () => distinct("queries", [...QUESTIONS, own], BY_NAME_AND_PATH);
  expect(all).toThrow(
    expect.objectContaining({ code: "input-invalid", message: expect.stringContaining(message) }),
  );
});

test("a function of one's own needs a name of its own", () => {
  const [first] = FUNCTIONS;
  expect(distinct("functions", FUNCTIONS, BY_NAME)).toEqual(FUNCTIONS);
  expect(() => distinct("functions", [...FUNCTIONS, { name: first?.name ?? "" }], BY_NAME)).toThrow(
    `There are two functions with the name ${first?.name}.`,
  );
});
