import type { QueuedFunction, ScheduledFunction } from "@rainhooks/webhook/define";
import { resourceEnvironment } from "@rainhooks/webhook/environment";
import { stopInTurn } from "../stop-in-turn.ts";
import {
  type FunctionOptions,
  namesOf,
  type RunningFunction,
  settingVariables,
  startPool,
} from "./start-pool.ts";

/** Milliseconds on a local stage for a minute of a schedule. */
const MINUTE_MS = 2000;

/** A running scheduled function. */
export interface RunningScheduled extends RunningFunction {
  /** Runs it once more, now, and waits for the end. A failure is reported as a problem of the stage. */
  run(): Promise<void>;
}

/** Returns those scheduled functions of a stage whose queues it has: a stage with one webhook does without the others. */
export function runnableScheduled({
  scheduled,
  webhooks,
  workers,
}: {
  readonly scheduled: readonly ScheduledFunction[];
  readonly webhooks: readonly QueuedFunction[];
  readonly workers: readonly QueuedFunction[];
}): readonly ScheduledFunction[] {
  const names = new Set([...webhooks, ...workers].map(({ name }) => name));
  return scheduled.filter(({ resources }) =>
    Object.values(resources).every((one) => one.kind !== "queue" || names.has(one.queue)),
  );
}

/**
 * Starts a scheduled function. It runs at once, and then at its rate by the stage's clock, in which a minute takes two seconds. A run
 * that is due while another one lasts is left out.
 */
export async function startScheduled(
  options: FunctionOptions,
  definition: ScheduledFunction,
): Promise<RunningScheduled> {
  const environment = {
    ...resourceEnvironment(definition, namesOf(options)),
    ...settingVariables(options, definition),
  };
  const { functions, log, problem } = await startPool(options, definition, environment, 1);
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
  return {
    log,
    run,
    pids: () => functions.pids(),
    stop: () =>
      stopInTurn([() => clearInterval(timer), () => running, () => functions.stop(), () => log.close()]),
  };
}

/** Source of the format: Amazon EventBridge user guide, "Scheduled event". */
function scheduledEvent({ name }: ScheduledFunction) {
  return {
    version: "0",
    source: "aws.events",
    "detail-type": "Scheduled Event",
    time: new Date().toISOString(),
    resources: [`arn:aws:events:local:000000000000:rule/${name}`],
    detail: {},
  };
}
