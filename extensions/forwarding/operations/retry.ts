import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { attemptParam } from "../questions/attempt-param.ts";
import { attemptRecord, MADE_VIEW } from "../views/made-attempt.ts";
import { waitField } from "./test.ts";

/** Sends the event of an attempt to its destination once more. Its schedule begins anew. */
export const retry = defineOperation({
  name: "retry",
  summary: "Send the event of an attempt to its destination again, and show what came of it",
  request: { id: attemptParam, wait: waitField },
  permission: "operate",
  changes: "something",
  command: { words: "attempts retry", args: ["id"] },
  title: () => "Retry an attempt",
  run: async (stage, { id, wait }) => {
    const { ask } = await import("@rainhooks/stage/query/ask");
    const { queryStage } = await import("@rainhooks/stage/query/query-stage");
    const { attemptQuestion } = await import("../questions/attempts.ts");
    const { retryAttempt } = await import("./retry-attempt.ts");
    const attempt = await ask(attemptQuestion, { attempt: id }, queryStage(stage));
    return { attempt: await retryAttempt(stage, attempt, wait) };
  },
  view: MADE_VIEW,
  recorded: { result: attemptRecord },
});
