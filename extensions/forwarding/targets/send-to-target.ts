import { messageOf } from "@rainhooks/core/errors";
import type { Outcome } from "../schedule/outcome.ts";
import { CALLS, type Call, callOf, type TargetMessage } from "./call.ts";
import type { Target } from "./target.ts";

/** What came of sending a message to a target. */
export interface TargetResult {
  readonly method: (typeof CALLS)[keyof typeof CALLS];
  readonly outcome: Outcome;
}

/** Sends messages to the targets of a stage. */
export interface Targets {
  /** Never throws. */
  send(name: string, message: TargetMessage, timeoutMs: number): Promise<TargetResult>;
}

/** Makes a sender to the targets of a stage; clients are kept. */
export function createTargets(targets: ReadonlyMap<string, Target>): Targets {
  const calls = new Map<string, Call>();
  const callFor = ({ kind, region }: Target) => {
    const key = `${kind} ${region}`;
    const call = calls.get(key) ?? callOf(kind, region);
    calls.set(key, call);
    return call;
  };
  return {
    send: async (name, message, timeoutMs) => {
      const target = targets.get(name);
      if (target === undefined) return failed("SendMessage", `The stage has no target ${name}`);
      const method = CALLS[target.kind];
      try {
        await callFor(target)(target, message, { signal: AbortSignal.timeout(timeoutMs) });
        return { method, outcome: { kind: "delivered" } };
      } catch (error) {
        const reason = `Target ${name} did not take the event: ${messageOf(error)}`;
        return { method, outcome: { kind: outcomeKindOf(error), reason } };
      }
    },
  };
}

/** Errors of AWS for a message that is not valid or too large: no call can be made of this event. */
const INVALID =
  /^(BatchRequestTooLong|Invalid(Argument|MessageContents|Parameter(Value)?|RequestContent)|MalformedDetail|RequestEntityTooLarge|RequestTooLarge|UnsupportedMediaType|Validation)(Error)?(Exception)?$/;
/**
 * Errors for a target that is not there, or that the stage may not use. Who puts that right resumes the
 * destination.
 */
const GONE =
  /^((AWS\.SimpleQueueService\.)?NonExistentQueue|(KMS)?AccessDenied|Authorization|NotFound|QueueDoesNotExist|ResourceNotFound)(Error)?(Exception)?$/;

function outcomeKindOf(error: unknown): "impossible" | "gone" | "failed" {
  const name = error instanceof Error ? error.name : "";
  if (INVALID.test(name)) return "impossible";
  return GONE.test(name) ? "gone" : "failed";
}

function failed(method: TargetResult["method"], reason: string): TargetResult {
  return { method, outcome: { kind: "failed", reason } };
}
