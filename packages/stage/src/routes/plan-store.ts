import { randomUUID } from "node:crypto";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { OperationCall } from "../operations/operation.ts";
import type { RequestFields } from "../operations/read-request.ts";
import type { StageAccess } from "../stage-access.ts";

/** For how long a plan that was shown can be run, and how many are kept. */
const MAX_AGE_MS = 15 * MINUTE_MS;
const MAX_PLANS = 100;

/** A plan for people. */
export interface PlanView {
  readonly text: string;
  /** By this, the action that runs it names it. Absent if nothing has to be confirmed. */
  readonly plan?: string;
}

/** What is to be done, and the call of it. */
export interface PlannedCall {
  readonly operation: string;
  readonly given: RequestFields;
  readonly stage: StageAccess;
  readonly call: OperationCall;
}

/** The plans that pages have shown: an action runs one of them, as it was shown. */
export class PlanStore {
  readonly #plans = new Map<string, PlannedCall & { readonly shownAtMs: number }>();

  /** Makes the plan of a call, and keeps the call if it has to be confirmed. */
  async show(planned: PlannedCall): Promise<PlanView> {
    const { text, question } = await planned.call.plan({});
    if (question === undefined) return { text: text ?? "" };
    const plan = randomUUID();
    this.#plans.set(plan, { ...planned, shownAtMs: Date.now() });
    for (const old of [...this.#plans.keys()].slice(0, -MAX_PLANS)) this.#plans.delete(old);
    return { text: text ?? question, plan };
  }

  /**
   * Returns the call to run: the one whose plan was shown for the same request, once; or the one
   * that is asked for, if nobody has to see its plan. Otherwise returns the plan of now.
   */
  async next(plan: unknown, asked: PlannedCall): Promise<OperationCall | PlanView> {
    if (!asked.call.needsShownPlan) return asked.call;
    const shown = this.#plans.get(String(plan));
    if (shown !== undefined && keyOf(shown) === keyOf(asked) && shown.stage === asked.stage) {
      this.#plans.delete(String(plan));
      if (shown.shownAtMs > Date.now() - MAX_AGE_MS) return shown.call;
    }
    const now = await this.show(asked);
    return now.plan === undefined ? asked.call : now;
  }
}

/** Returns the same text for the parameters of a URL and for a body that say the same. */
function keyOf({ operation, given }: PlannedCall): string {
  const fields = Object.entries(given).map(([name, value]) =>
    JSON.stringify([name, [value].flat().map(String)]),
  );
  return JSON.stringify([operation, fields.sort()]);
}
