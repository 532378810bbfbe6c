import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { Hono } from "hono";
import type { RouteContext } from "../extension.ts";
import { callerAt } from "../operations/caller.ts";
import type { Operation, OperationOutcome } from "../operations/operation.ts";
import type { RequestFields } from "../operations/read-request.ts";
import { namedAction } from "./guard.ts";
import { type PlannedCall, PlanStore } from "./plan-store.ts";
import type { LongWorkResponse } from "./responses.ts";

/**
 * Makes the routes of operations. An operation that changes something or takes long has an action,
 * which runs long work as a job; any other operation has a route that returns its result. What
 * would be asked about at a terminal has a route for its plan, which its action names: it runs the
 * plan that was shown, or returns the plan of now instead.
 */
export function operationRoutes(
  operations: readonly Operation[],
  { source, jobs, project }: RouteContext,
): Hono {
  const app = new Hono();
  const plans = new PlanStore();
  for (const operation of operations) {
    const { name, permission, changes, isLong, needsShownPlan } = operation;
    if (permission === "terminal") continue;
    const planned = async (given: RequestFields): Promise<PlannedCall> => {
      operation.check(given);
      const stage = await source.look();
      const place = { stage, ...project, caller: callerAt(stage, "console"), onStage: "" };
      return { operation: name, given, stage, call: operation.call(given, place) };
    };
    if (changes === "nothing" && !isLong) {
      app.get(`/reads/${name}`, async (context) => {
        const { call } = await planned(givenIn(context.req.queries()));
        // It ends when the page gives up.
        return context.json((await call.run({ signal: context.req.raw.signal })).value);
      });
      continue;
    }
    if (needsShownPlan)
      app.get(`/plans/${name}`, async (context) =>
        context.json(await plans.show(await planned(givenIn(context.req.queries())))),
      );
    app.post(`/actions/${name}`, namedAction(name), async (context) => {
      const body = tryParseJson(await context.req.text());
      const { plan, ...given } = isJsonObject(body) ? body : {};
      const asked = await planned(
        needsShownPlan || plan === undefined ? given : { ...given, plan },
      );
      const call = await plans.next(plan, asked);
      if ("text" in call) return context.json({ ...NOT_SHOWN, ...call }, 409);
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

/** Refuses an action whose plan nobody has seen, with the plan. */
const NOT_SHOWN = {
  type: "about:blank",
  title: "Conflict",
  status: 409,
  code: "plan-not-shown",
  detail:
    "Nothing was changed yet: this is what it would do now. It was not shown before, or was too long ago.",
};

/** Returns the fields of a URL; one that it has several times is a list. */
function givenIn(queries: Readonly<Record<string, string[]>>): RequestFields {
  return Object.fromEntries(
    Object.entries(queries).map(([field, all]) => [field, all.length === 1 ? all[0] : all]),
  );
}

function textOf({ text, notes }: OperationOutcome): string {
  return [text, ...notes].join("\n");
}
