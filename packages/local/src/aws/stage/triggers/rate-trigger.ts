import type { FunctionDefinition, FunctionOf } from "@rainhooks/webhook/define-function";
import { queuesOf } from "@rainhooks/webhook/resources";
import { stopInTurn } from "../../stop-in-turn.ts";
import type { RunningTrigger, TriggeredFunction } from "./trigger.ts";

/** Milliseconds on a local stage for a minute of a rate. */
const MINUTE_MS = 2000;

/**
 * Returns the functions of a stage without those that run at a rate and use a queue that it does not have: a
 * stage with one webhook does without them.
 */
export function withTheirQueues(functions: readonly FunctionDefinition[]): readonly FunctionDefinition[] {
  const names = new Set(functions.map(({ name }) => name));
  return functions.filter(
    (one) => one.trigger !== "rate" || queuesOf(one).every((queue) => names.has(queue)),
  );
}

/**
 * Runs a function at once, and then at its rate by the stage's clock, in which a minute takes two seconds. A
 * run that is due while another one lasts is left out.
 */
export function startRateTrigger(
  definition: FunctionOf<"rate">,
  { functions, problem }: TriggeredFunction,
): RunningTrigger {
  const invoke = async () => {
    const outcome = await functions.invoke(scheduledEvent(definition));
    if (outcome.kind === "error") problem(outcome.error.errorMessage);
  };
  let running: Promise<void> | undefined;
  /** Runs one after the other. */
  const run = async () => {
    const own = (running ?? Promise.resolve()).then(invoke);
    running = own;
    await own;
    if (running === own) running = undefined;
  };
  const timer = setInterval(() => {
    if (running === undefined) void run();
  }, definition.everyMinutes * MINUTE_MS);
  void run();
  return { run, stop: () => stopInTurn([() => clearInterval(timer), () => running]) };
}

/** Source of the format: Amazon EventBridge user guide, "Scheduled event". */
function scheduledEvent({ name }: FunctionOf<"rate">) {
  return {
    version: "0",
    source: "aws.events",
    "detail-type": "Scheduled Event",
    time: new Date().toISOString(),
    resources: [`arn:aws:events:local:000000000000:rule/${name}`],
    detail: {},
  };
}
