import { RainhooksError } from "@rainhooks/core/errors";
import { type FunctionWork, functionWork } from "../function-work.ts";
import type { WorkDependencies } from "../job.ts";
import { READ_METHODS } from "../read-methods.ts";
import type { WorkReply } from "../request.ts";
import type { WorkFunction } from "../work.ts";
import { WORK_METHODS } from "../work-methods.ts";

const METHODS = { ...READ_METHODS, ...WORK_METHODS };

/** Functions of a test, and what has become of their invocations. */
export interface FlakyFunctions extends WorkFunction {
  readonly counts: { invocations: number; failed: number };
  /** Waits for invocations whose command has given them up. */
  readonly settle: () => Promise<void>;
}

/** Every third invocation fails, each in another way. */
const FAILS_EVERY = 3;
/** A call is given up after some more. */
const MAX_FAILURES = 2;

/**
 * Makes functions of which each invocation has only what was sent to it as JSON. Some fail before
 * they have done anything, some after all is done, and some go on after the command has given them
 * up.
 *
 * @param isLate Returns true when an invocation must end soon. @defaultValue never
 */
export function flakyFunctions(
  parts: Omit<WorkDependencies, "wait" | "random">,
  isLate: () => boolean = () => false,
): FlakyFunctions {
  const counts = { invocations: 0, failed: 0 };
  const abandoned: Promise<unknown>[] = [];
  const failures = new Map<string, number>();
  const fail = (call: string, why: string): never => {
    counts.failed += 1;
    failures.set(call, (failures.get(call) ?? 0) + 1);
    throw new RainhooksError("stage-unavailable", `The function failed: ${why}.`);
  };
  const whole = { ...parts, wait: async () => undefined, random: Math.random };
  const machines: FunctionWork[] = [functionWork(METHODS, whole), functionWork(METHODS, whole)];
  return {
    name: "store-work",
    counts,
    settle: async () => void (await Promise.all(abandoned)),
    concurrency: 3,
    wait: async () => undefined,
    invoke: async (request) => {
      const call = JSON.stringify(request);
      const sent: unknown = JSON.parse(call);
      counts.invocations += 1;
      const number = counts.invocations;
      const machine = machines[counts.invocations % machines.length];
      const run = async () =>
        JSON.parse(JSON.stringify(await machine?.(sent, isLate))) as WorkReply;
      const isWell = number % FAILS_EVERY !== 0 || (failures.get(call) ?? 0) >= MAX_FAILURES;
      if (isWell) return run();
      switch ((number / FAILS_EVERY) % 3) {
        case 0:
          return fail(call, "not started");
        case 1:
          await run();
          return fail(call, "response lost");
        default:
          abandoned.push(run());
          return fail(call, "given up");
      }
    },
  };
}
