import { expect, it } from "@jest/globals";
import { callerAt } from "@rainhooks/stage/operations/caller";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { DEAD_LETTER_OPERATIONS } from "./dead-letters.ts";

it("on a page, dead letters are moved or deleted only if the request says which", () => {
  const stage = { outputs: { stage: "dev" } } as unknown as StageAccess;
  const place = (door: "terminal" | "console") => ({
    stage,
    functions: [],
    extensions: [],
    caller: callerAt(stage, door),
    onStage: "",
  });
  const [redrive, drop] = DEAD_LETTER_OPERATIONS;
  for (const given of [{ webhook: "w" }, { webhook: "w", ids: [] }]) {
    expect(() => redrive.call(given, place("console"))).toThrow("ids is missing");
    expect(() => drop.call(given, place("console"))).toThrow("Choose the dead letters");
    expect(() => redrive.call(given, place("terminal"))).not.toThrow();
  }
  for (const chosen of [{ ids: ["1"] }, { id: "1" }, { only: "code" }, { reason: "why" }])
    expect(() => redrive.call({ webhook: "w", ...chosen }, place("console"))).not.toThrow();
});
