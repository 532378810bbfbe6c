import { cacheByKey } from "@rainhooks/core/cache";
import { messageOf } from "@rainhooks/core/errors";
import type { Outcome } from "../schedule/next-attempt.ts";
import { type SendToAddress, TARGET_KINDS, type TargetMessage } from "./kinds.ts";
import type { Target } from "./target.ts";

/** What came of sending a message to a target. */
export interface TargetResult {
  readonly method: (typeof TARGET_KINDS)[Target["kind"]]["method"];
  readonly outcome: Outcome;
}

/** Sends a message to a target of a stage. Never throws. */
export type SendToTarget = (
  name: string,
  message: TargetMessage,
  timeoutMs: number,
) => Promise<TargetResult>;

/** Sends to the targets of a stage that has none. */
export const noTarget = async (name: string): Promise<TargetResult> => ({
  method: "SendMessage",
  outcome: { kind: "failed", reason: `The stage has no target ${name}` },
});

/** Makes a sender to the targets of a stage, by name; what sends to one is kept. */
export function targetSender(targets: ReadonlyMap<string, Target>): SendToTarget {
  const senderFor = cacheByKey(
    ({ kind, region }: Target): Promise<SendToAddress> => TARGET_KINDS[kind].load(region),
    { maxAgeMs: Number.POSITIVE_INFINITY, nowMs: () => 0 },
  );
  return async (name, message, timeoutMs) => {
    const target = targets.get(name);
    if (target === undefined) return noTarget(name);
    const { method } = TARGET_KINDS[target.kind];
    try {
      const send = await senderFor(target);
      await send(target.address, message, { abortSignal: AbortSignal.timeout(timeoutMs) });
      return { method, outcome: { kind: "delivered" } };
    } catch (error) {
      const reason = `Target ${name} did not take the event: ${messageOf(error)}`;
      return { method, outcome: { kind: outcomeKindOf(error), reason } };
    }
  };
}

/**
 * Errors of AWS for a message that is not valid or too large: no call can be made of this event.
 */
const INVALID =
  /^(BatchRequestTooLong|Invalid(Argument|MessageContents|Parameter(Value)?|RequestContent)|MalformedDetail|RequestEntityTooLarge|RequestTooLarge|UnsupportedMediaType|Validation)(Error)?(Exception)?$/;
/**
 * Errors for a target that is not there, or that the stage may not use. Who puts that right resumes
 * the destination.
 */
const GONE =
  /^((AWS\.SimpleQueueService\.)?NonExistentQueue|(KMS)?AccessDenied|Authorization|NotFound|QueueDoesNotExist|ResourceNotFound)(Error)?(Exception)?$/;

function outcomeKindOf(error: unknown): "impossible" | "gone" | "failed" {
  const name = error instanceof Error ? error.name : "";
  if (INVALID.test(name)) return "impossible";
  return GONE.test(name) ? "gone" : "failed";
}
