import type { ProjectContents } from "../functions.ts";
import type { Params } from "../query/params/param.ts";
import type { StageAccess } from "../stage-access.ts";
import { callerAt } from "./caller.ts";
import type { Operation } from "./operation.ts";
import { fieldsAt, type RequestFields } from "./read-request.ts";

/** A tool that reads something of a stage. */
export interface StageTool {
  readonly name: string;
  readonly summary: string;
  readonly params: Params;
  /** Whether the result has pages, with `next` in each but the last. */
  readonly paged: boolean;
  /**
   * Returns the result.
   *
   * @param given Values by parameter name, as an assistant sends them.
   * @throws {RainhooksError} for wrong parameters, and if the stage cannot be read.
   */
  readonly run: (access: StageAccess, given: RequestFields) => Promise<object>;
}

/**
 * Makes the tools of operations for an assistant: operations that change nothing, and plans of
 * those that change much.
 */
export function operationTools(
  operations: readonly Operation[],
  project: ProjectContents,
): StageTool[] {
  return operations
    .filter(({ permission, changes, hasPlan }) =>
      changes === "nothing"
        ? permission === "read"
        : hasPlan && changes === "much" && permission === "operate",
    )
    .map((operation) => {
      const { name, summary, request, changes } = operation;
      const reads = changes === "nothing";
      return {
        name: reads ? name : `plan${name.charAt(0).toUpperCase()}${name.slice(1)}`,
        summary: reads ? summary : `${summary}: what that would do. Changes nothing`,
        params: fieldsAt(request, "assistant"),
        paged: false,
        run: async (stage, given) => {
          const place = { stage, ...project, caller: callerAt(stage, "assistant"), onStage: "" };
          const call = operation.call(given, place);
          return (await (reads ? call.run({}) : call.plan({}))).value;
        },
      };
    });
}
