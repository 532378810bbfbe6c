import type { Webhook } from "@rainhooks/webhook/define-function";
import { invocationMs } from "@rainhooks/webhook/invocation-ms";
import type { Load } from "@rainhooks/webhook/load";
import { GB, PRICE } from "./prices.ts";
import { type Bill, USUAL } from "./webhook-bill.ts";

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
const MESSAGES_PER_CALL = 10;
/** A message is sent, received and deleted. */
const CALLS_PER_MESSAGE = 3;
const COOL = "STANDARD_IA";
const FROZEN = "GLACIER_IR";

/**
 * Returns what a replay costs: reading the archive, the queue, the function, and what it writes.
 *
 * @param webhook Its definition; `undefined` if it is not known: then the writes are not part of
 * the bill.
 */
export function replayBill(webhook: Webhook | undefined, volume: ReplayVolume): Bill {
  const { objects, bytesByClass, matched } = volume;
  const lists = Math.ceil(objects / KEYS_PER_LIST) + 1;
  const gb = (name: string) => (bytesByClass.get(name) ?? 0) / GB;
  const retrieval = gb(COOL) * PRICE.s3CoolGb + gb(FROZEN) * PRICE.s3FrozenGb;
  return {
    "S3 (reading)": READS * (objects * PRICE.s3Get + lists * PRICE.s3List + retrieval),
    queue: ((CALLS_PER_MESSAGE * matched) / MESSAGES_PER_CALL) * PRICE.sqsRequest,
    ...(webhook === undefined ? {} : handlingBill(webhook, volume)),
  };
}

function handlingBill(webhook: Webhook, { matched, byType }: ReplayVolume): Bill {
  const { load = USUAL, batch, function: shape } = webhook;
  const invocations = Math.ceil(matched / batch.size);
  const ms = invocationMs(load, batch.size, shape.memoryMiB);
  const gbS = (invocations * ms * shape.memoryMiB) / 1000 / 1024;
  return {
    function: invocations * PRICE.lambdaRequest + gbS * PRICE.lambdaGbS,
    "tables (writes)": writeUnits(load, byType) * PRICE.dynamoWrite,
  };
}

function writeUnits({ writeUnits: perTable = {} }: Load, byType: ReplayVolume["byType"]): number {
  const units = Object.values(perTable).flatMap((perEvent) =>
    Object.entries(perEvent).map(
      ([type, each]) => each * (byType.get(type.slice(type.lastIndexOf(".") + 1)) ?? 0),
    ),
  );
  return units.reduce((sum, one) => sum + one, 0);
}
