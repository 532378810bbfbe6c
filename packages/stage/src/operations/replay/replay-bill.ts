import type { Webhook } from "@rainhooks/webhook/define-function";
import type { Load } from "@rainhooks/webhook/load";
import { GB } from "../../cost/prices.ts";
import { type Bill, invocationsUsage, messagesUsage, pricedBill } from "../../cost/usage.ts";

/** What a replay reads and sends. */
export interface ReplayVolume {
  readonly objects: number;
  /** Bytes of objects in each storage class other than the standard one. */
  readonly bytesByClass: ReadonlyMap<string, number>;
  readonly matched: number;
  /** Number of deliveries of each event type, without its prefix. */
  readonly byType: ReadonlyMap<string, number>;
}

/** Objects are read for the plan, and again to be sent. */
const READS = 2;
const KEYS_PER_LIST = 1000;

/**
 * Returns what a replay costs: reading the archive, the queue, the function, and what it writes.
 *
 * @param webhook Its definition; `undefined` if it is not known: then the writes are not part of
 * the bill.
 */
export function replayBill(webhook: Webhook | undefined, volume: ReplayVolume): Bill<number> {
  const { objects, bytesByClass, matched } = volume;
  const lists = Math.ceil(objects / KEYS_PER_LIST) + 1;
  const gb = (name: string) => (bytesByClass.get(name) ?? 0) / GB;
  return pricedBill({
    "S3 (reading)": {
      s3Get: READS * objects,
      s3List: READS * lists,
      s3CoolGb: READS * gb("STANDARD_IA"),
      s3FrozenGb: READS * gb("GLACIER_IR"),
    },
    queue: messagesUsage(matched),
    ...(webhook === undefined ? {} : handlingBill(webhook, volume)),
  });
}

function handlingBill(webhook: Webhook, { matched, byType }: ReplayVolume): Bill {
  const { load, batch } = webhook;
  return {
    function: invocationsUsage(webhook, Math.ceil(matched / batch.size), batch.size),
    "tables (writes)": { dynamoWrite: writeUnits(load, byType) },
  };
}

function writeUnits(load: Load | undefined, byType: ReplayVolume["byType"]): number {
  const units = Object.values(load?.writeUnits ?? {}).flatMap((perEvent) =>
    Object.entries(perEvent).map(
      ([type, each]) => each * (byType.get(type.slice(type.lastIndexOf(".") + 1)) ?? 0),
    ),
  );
  return units.reduce((sum, one) => sum + one, 0);
}
