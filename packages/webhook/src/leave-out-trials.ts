import { readDelivery } from "@rainhooks/core/deliveries/read";
import { isTrial, TRIAL_MS, TRIAL_NODE } from "@rainhooks/core/trial";
import type { Classify } from "./classify.ts";
import type { Webhook } from "./define-function.ts";
import type { InvocationRecord } from "./records.ts";

/** Ignores events with which a stage is tried, but for a webhook that says that it handles them. */
export function leaveOutTrials<Value>(
  { tried = false }: { readonly tried?: Webhook["tried"] | false },
  classify: Classify<Value>,
  nowMs: () => number,
): Classify<Value> {
  const isLeftOut = (record: InvocationRecord) => {
    const sentAtMs = trialSentMs(record);
    return sentAtMs !== undefined && !(tried && nowMs() - sentAtMs < TRIAL_MS);
  };
  return async (records) => {
    const handled = records.filter((record) => !isLeftOut(record));
    if (handled.length === records.length) return classify(records);
    const classified = (await classify(handled)).values();
    return records.map((record) =>
      handled.includes(record)
        ? (classified.next().value ?? { outcome: "ignored" })
        : { outcome: "ignored" },
    );
  };
}

/** Returns when such an event was published, epoch milliseconds; `undefined` for any other one. */
function trialSentMs({ raw, queued }: InvocationRecord): number | undefined {
  if (!queued.body.includes(TRIAL_NODE)) return undefined;
  try {
    const delivery = readDelivery(raw);
    return isTrial(delivery) ? delivery.sentAtMs : undefined;
  } catch {
    // It is no delivery.
    return undefined;
  }
}
