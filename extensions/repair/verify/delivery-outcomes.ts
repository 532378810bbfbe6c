import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import type { DeliveryLine } from "@rainhooks/archive/read/text-lines";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { type FilterDependencies, filterResults } from "@rainhooks/filter/filter-results";
import { selectorOf } from "@rainhooks/stage/operate/replay/select";
import type { WorkJob } from "../work/job.ts";

/** What a webhook has done with a delivery, as far as that follows from the archive. */
export type DeliveryOutcome = {
  readonly delivery: Delivery;
  /** Where in the archive it is. */
  readonly line: number;
} & (
  | { readonly outcome: "handled" | "unknown"; readonly event: RainmakerEvent }
  | { readonly outcome: "filtered" | "undecodable" | "ignored" }
);

/**
 * Reads the deliveries in objects of the archive that were published in a range, each with what the
 * webhook has done with it: by its subscriptions, and by the rules in force when the delivery was
 * published. `unknown`: its subscriptions or these rules are not known.
 *
 * @param isAsked Others are left out. @defaultValue all are asked for
 */
export async function* readOutcomes(
  job: WorkJob,
  keys: readonly string[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  isAsked: (delivery: Delivery) => boolean = () => true,
) {
  const { subscribed, sinceMs, events, filtered } = job.webhook;
  const filter = await job.filter();
  const selector = selectorOf({ fromMs: Math.max(fromMs, sinceMs), toMs }, subscribed);
  const isBefore = ({ sentAtMs }: Delivery) =>
    sentAtMs >= fromMs && sentAtMs < Math.min(sinceMs, toMs);
  const wanted: ReadonlySet<string> = new Set(events);
  const judge = ({ delivery, line }: DeliveryLine): DeliveryOutcome[] => {
    const isSubscribed = selector(delivery) !== undefined;
    if (!isAsked(delivery) || !(isSubscribed || isBefore(delivery))) return [];
    return [decodeOne(delivery, line, wanted, isSubscribed)];
  };
  for (const key of keys)
    for await (const { deliveries: all, unreadable } of readObjectLines(job.archive, key)) {
      const decoded = all.flatMap(judge);
      const deliveries = filtered ? await filterAll(decoded, filter) : decoded;
      yield { key, deliveries, unreadable };
    }
}

function decodeOne(
  delivery: Delivery,
  line: number,
  wanted: ReadonlySet<string>,
  isSubscribed: boolean,
): DeliveryOutcome {
  const decoded = decode(delivery);
  if (decoded.kind === "undecodable") {
    const isIts = isSubscribed && (decoded.type === undefined || wanted.has(decoded.type));
    return { delivery, line, outcome: isIts ? "undecodable" : "ignored" };
  }
  if (decoded.kind === "unknown" || !wanted.has(decoded.event.type))
    return { delivery, line, outcome: "ignored" };
  return { delivery, line, outcome: isSubscribed ? "handled" : "unknown", event: decoded.event };
}

async function filterAll(
  all: readonly DeliveryOutcome[],
  dependencies: FilterDependencies,
): Promise<DeliveryOutcome[]> {
  const results = await filterResults(
    all.flatMap((one) => ("event" in one ? [one.event] : [])),
    dependencies,
  );
  return all.map((one) => {
    if (!("event" in one)) return one;
    const result = results.get(one.event);
    if (result === "unknown") return { ...one, outcome: "unknown" };
    return result === "pass"
      ? one
      : { delivery: one.delivery, line: one.line, outcome: "filtered" };
  });
}
