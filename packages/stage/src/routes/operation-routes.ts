import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { Hono } from "hono";
import type { RouteContext } from "../extension.ts";
import { callerAt } from "../operations/caller.ts";
import type { Operation, OperationCall, OperationOutcome } from "../operations/operation.ts";
import type { RequestFields } from "../operations/read-request.ts";
import { namedAction } from "./guard.ts";
import type { LongWorkResponse } from "./responses.ts";

/**
 * Makes the routes of operations. An operation that changes something or takes long has an action, which runs
 * long work as a job, and a route for its plan; any other operation has a route that returns its result.
 */
export function operationRoutes(
  operations: readonly Operation[],
  { source, jobs, functions }: RouteContext,
): Hono {
  const app = new Hono();
  for (const operation of operations) {
    const { name, permission, changes, hasPlan, isLong } = operation;
    if (permission === "terminal") continue;
    const callOf = async (given: RequestFields): Promise<OperationCall> => {
      operation.check(given);
      const stage = await source.look();
      return operation.call(given, { stage, functions, caller: callerAt(stage, "console"), onStage: "" });
    };
    if (changes === "nothing" && !isLong) {
      app.get(`/reads/${name}`, async (context) => {
        const call = await callOf(givenIn(context.req.queries()));
        // It ends when the page gives up.
        return context.json((await call.run({ signal: context.req.raw.signal })).value);
      });
      continue;
    }
    if (hasPlan && changes === "much")
      app.get(`/plans/${name}`, async (context) => {
        const call = await callOf(givenIn(context.req.queries()));
        return context.json({ text: (await call.plan({})).text });
      });
    app.post(`/actions/${name}`, namedAction(name), async (context) => {
      const body = tryParseJson(await context.req.text());
      const call = await callOf(isJsonObject(body) ? body : {});
      if (!isLong) {
        const outcome = await call.run({});
        return context.json({ ...outcome.value, text: textOf(outcome) });
      }
      let jobEnd: LongWorkResponse<object>["jobEnd"];
      const job = await jobs.start(call.title, async (options) => {
        const outcome = await call.run(options);
        const text = textOf(outcome);
        jobEnd = { ...outcome.value, text };
        return { ...outcome, text };
      });
      return context.json({ job, jobEnd });
    });
  }
  return app;
}

/** Returns the fields of a URL; one that it has several times is a list. */
function givenIn(queries: Readonly<Record<string, string[]>>): RequestFields {
  return Object.fromEntries(
    Object.entries(queries).map(([field, all]) => [field, all.length === 1 ? all[0] : all]),
  );
}

function textOf({ text, notes }: OperationOutcome): string {
  return [text, ...notes].join("\n");
}
