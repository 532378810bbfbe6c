import { toRainhooksError } from "@rainhooks/core";
import { createTargets } from "../targets/send-to-target.ts";
import type { Target } from "../targets/target.ts";
import type { AttemptWorkerOptions, StateNotice } from "./worker-options.ts";

const TIMEOUT_MS = 3000;

/** Options of {@link tellTarget}. */
interface TellOptions {
  /** Name of a target of the stage; empty if nobody is told. */
  readonly target: string;
  readonly targets: ReadonlyMap<string, Target>;
  /** `source` of an event on a bus. */
  readonly source: string;
  readonly warn: AttemptWorkerOptions["warn"];
}

/**
 * Makes a function that tells a target of the stage about changes of destinations: an event `rainhooks.destination.paused`, `…disabled` or
 * `…active` with the destination, the reason and the time. That it could not is logged, and changes nothing else.
 */
export function tellTarget({ target, targets, source, warn }: TellOptions): AttemptWorkerOptions["tell"] {
  if (target === "") return async () => undefined;
  const sender = createTargets(targets);
  return async (notice) => {
    const { outcome } = await sender.send(target, messageOf(notice, source), TIMEOUT_MS);
    if (outcome.kind !== "delivered")
      warn("A target could not be told about a destination", {
        destination: notice.destination,
        error: toRainhooksError(new Error(outcome.reason)),
      });
  };
}

function messageOf(notice: StateNotice, source: string) {
  const { destination, state, atMs, reason, pauseId } = notice;
  const type = `rainhooks.destination.${state}`;
  const time = new Date(atMs).toISOString();
  return {
    webhookId: `${pauseId ?? destination}-${state}`,
    eventType: type,
    nodeId: undefined,
    body: JSON.stringify({ type, timestamp: time, data: { destination, state, reason, pauseId } }),
    headers: { "content-type": "application/json" },
    source,
  };
}
