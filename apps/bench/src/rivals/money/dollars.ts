import { type DeliveryKind, FIREHOSE_STEP_BYTES, GB, PRICE, queueRequests } from "@rainhooks/capacity";
import { FULL_CPU_MIB } from "@rainhooks/webhook/define";
import type { BilledUnits } from "../units.ts";

/** Dollars, by what they are for. */
export interface Dollars {
  /** Of SQS, or of SNS if it delivers to Firehose. */
  readonly delivery: number;
  readonly lambda: number;
  readonly writes: number;
  readonly reads: number;
  readonly firehose: number;
}

/** Batches are full, so each call receives or deletes as many as it can. */
const MESSAGES_PER_CALL = 10;
const NOTHING: Dollars = { delivery: 0, lambda: 0, writes: 0, reads: 0, firehose: 0 };

/** Returns what a function costs that was counted; `direct` if each batch was one event from SNS. */
export function dollarsOf(
  { events, batches, writeUnits, readUnits, firehoseRecords, cpuMs }: BilledUnits,
  memoryMiB: number,
  delivery: Exclude<DeliveryKind, "firehose">,
): Dollars {
  // Time in which it waits for services is left out, of ours and of rivals.
  const billedMs = cpuMs / Math.min(1, memoryMiB / FULL_CPU_MIB);
  const gbS = (billedMs / 1000) * (memoryMiB / 1024);
  return {
    delivery: delivery === "direct" ? 0 : queueRequests(events, MESSAGES_PER_CALL) * PRICE.sqsRequest,
    lambda: batches * PRICE.lambdaRequest + gbS * PRICE.lambdaGbS,
    writes: writeUnits * PRICE.dynamoWrite,
    reads: readUnits * PRICE.dynamoRead,
    firehose: firehoseDollars(firehoseRecords),
  };
}

/** Returns what it costs that SNS delivers messages to Firehose without a function. */
export function nativeDollars(messageBytes: readonly number[]): Dollars {
  return {
    ...NOTHING,
    delivery: messageBytes.length * PRICE.snsToFirehose,
    firehose: firehoseDollars(messageBytes),
  };
}

function firehoseDollars(recordBytes: readonly number[]): number {
  return (billedBytes(recordBytes) / GB) * PRICE.firehoseGb;
}

/** Returns the bytes that Firehose bills. */
export function billedBytes(recordBytes: readonly number[]): number {
  return recordBytes.reduce(
    (sum, one) => sum + Math.ceil(one / FIREHOSE_STEP_BYTES) * FIREHOSE_STEP_BYTES,
    0,
  );
}

/** Adds dollars of several functions, each times a factor. */
export function sumOf(all: readonly (readonly [Dollars, number])[]): Dollars {
  const sum = (part: keyof Dollars) => all.reduce((total, [one, factor]) => total + one[part] * factor, 0);
  return {
    delivery: sum("delivery"),
    lambda: sum("lambda"),
    writes: sum("writes"),
    reads: sum("reads"),
    firehose: sum("firehose"),
  };
}

/** Returns dollars in all. */
export function totalOf(dollars: Dollars): number {
  return dollars.delivery + dollars.lambda + dollars.writes + dollars.reads + dollars.firehose;
}
