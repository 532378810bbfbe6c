import { PRICE } from "@rainhooks/capacity";
import { DEFAULT_SCHEDULE } from "@rainhooks/forwarding";
import { attemptWorkerSettings } from "@rainhooks/forwarding/worker";
import { MAX_DELAY_S } from "@rainhooks/sinks/sqs";
import { formatTable } from "@rainhooks/terminal";

const MILLION = 1_000_000;
const PER_CALL = 10;
/** An event sent, received and deleted: three requests for ten messages, or for one. */
const QUEUED = { full: (3 / PER_CALL) * PRICE.sqsRequest, single: 3 * PRICE.sqsRequest };
/** Milliseconds of a function with 512 MiB that sends a message on: `npm run bench -- forward`, with its share of a processor. */
const HOP_GB_S = (0.7 / 1000) * 0.5;
/**
 * Dollars for an invocation of EventBridge Scheduler in us-east-1, above the 14 million a month that are free. Source: price list of the AWS
 * Price List API, `AWSEvents`.
 */
const SCHEDULER_INVOCATION = 1 / MILLION;
/** A message has up to 1 KB: one write unit to put it, one to delete it, and half a read unit with others to find it. */
const DUE_ITEM = 2 * PRICE.dynamoWrite + 0.25 * PRICE.dynamoRead;

/** Returns how often a message is delayed until a wait has passed. */
export function hopsOf(waitS: number): number {
  return Math.ceil(waitS / MAX_DELAY_S);
}

/** What a way to wait costs for an event that fails every attempt of the default schedule, in dollars. */
interface Way {
  readonly name: string;
  readonly full: number;
  readonly single: number;
  readonly limit: string;
}

function ways(): readonly Way[] {
  const waits = DEFAULT_SCHEDULE.length;
  const hops = DEFAULT_SCHEDULE.reduce((sum, waitS) => sum + hopsOf(waitS), 0);
  const hop = HOP_GB_S * PRICE.lambdaGbS;
  const hidden = (calls: number) => waits * calls * PRICE.sqsRequest;
  const per = (extra: number) => ({
    full: waits * (extra + QUEUED.full),
    single: waits * (extra + QUEUED.single),
  });
  return [
    {
      name: `delayed messages, ${hops} hops`,
      full: hops * (QUEUED.full + hop),
      single: hops * (QUEUED.single + hop),
      limit: "none for what is delayed",
    },
    {
      name: "visibility timeouts",
      full: hidden(2 / PER_CALL),
      single: hidden(2),
      limit: "120,000 in flight in a queue, for all destinations together",
    },
    {
      name: "EventBridge Scheduler",
      ...per(SCHEDULER_INVOCATION),
      limit: "60 s precision; 1,000 invocations/s",
    },
    { name: "a table of due times", ...per(DUE_ITEM), limit: "as exact as the table is read often" },
  ];
}

/** Computes what waiting costs, in the ways that there are. */
export async function benchForwardWaits(): Promise<string> {
  const max = attemptWorkerSettings.maxWaiting.default;
  const dollars = (amount: number) => Number(amount.toPrecision(2));
  return [
    "Dollars for waiting, if an event fails all attempts of the default schedule (computed)",
    formatTable(
      ["", "a million events, 10 in a request", "1 in a request", `${max} events, 1 in a request`, "limit"],
      ways().map(({ name, full, single, limit }) => [
        name,
        dollars(full * MILLION),
        dollars(single * MILLION),
        dollars(single * max),
        limit,
      ]),
    ),
  ].join("\n");
}
