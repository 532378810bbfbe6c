import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { isJsonObject } from "@rainhooks/core/json";
import { CONSUMER_DEFAULTS, evaluate, subjectOf } from "@rainhooks/filter/evaluate";
import { type RuleLookup, ruleLookup } from "@rainhooks/filter/rule-lookup";
import { gate } from "@rainhooks/testing/gate";
import { fleetDeliveries, INTEGRATION } from "./events.ts";
import { firstQuartile } from "./first-quartile.ts";

/** The name of decoding and filtering among the works. */
export const DECODE_AND_FILTER = "decode and filter";
/**
 * Number of parts of the fleet. Each takes less than a millisecond, so that most are not
 * interrupted by other processes.
 */
const PARTS = 20;
const WARM_UP_ROUNDS = 30;

/** Time per event of some work. */
export interface DecodeTime {
  readonly name: string;
  readonly us: number;
  /** Compared with `JSON.parse` of the same bytes. */
  readonly timesParse: number;
}

/** What was measured of decoding. */
export interface DecodeTimes {
  readonly events: number;
  /** Of an event, on average. */
  readonly bytes: number;
  readonly times: readonly DecodeTime[];
}

/**
 * Measures how fast events are decoded and filtered, compared with `JSON.parse` of the same bytes.
 * Each round does all in turn, for each part of the fleet. The first quartile of the times counts,
 * because other processes only make work slower.
 */
export async function measureDecode(rounds: number): Promise<DecodeTimes> {
  const { deliveries, lookup } = await makeDeliveries();
  const parts = Array.from({ length: PARTS }, (_, part) =>
    worksOf(
      deliveries.filter((_, index) => index % PARTS === part),
      lookup,
    ),
  );
  const [works = []] = parts;
  const timesMs = works.map((): number[] => []);
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round += 1)
    for (const part of parts) {
      // So that all have the messages in the caches of the processor.
      part[0]?.work();
      for (const [index, { work }] of part.entries()) {
        const startedMs = performance.now();
        work();
        if (round >= WARM_UP_ROUNDS) timesMs[index]?.push(performance.now() - startedMs);
      }
    }
  const eventUs = timesMs.map((times) => (firstQuartile(times) * 1000 * PARTS) / deliveries.length);
  const [parseUs = Number.NaN] = eventUs;
  const bytes = deliveries.reduce((sum, { body }) => sum + body.length, 0) / deliveries.length;
  const times = works.map(({ name }, index) => {
    const us = eventUs[index] ?? Number.NaN;
    return { name, us, timesParse: us / parseUs };
  });
  return { events: deliveries.length, bytes, times };
}

/** Makes deliveries of a fleet in both casings, and a lookup in its rules. */
async function makeDeliveries(): Promise<{ deliveries: Delivery[]; lookup: RuleLookup }> {
  const pascal = await fleetDeliveries("pascal", 1000);
  const snake = await fleetDeliveries("snake", 1000);
  const deliveries = [...pascal.deliveries, ...snake.deliveries];
  const lookup = ruleLookup(pascal.rules);
  const events = deliveries.flatMap(decodeOne);
  const passed = events.filter((event) => passes(event, lookup)).length;
  gate(events.length === deliveries.length, "every message of the fleet decodes");
  gate(passed > 0 && passed < events.length, "the rules filter out some events, but not all");
  return { deliveries, lookup };
}

interface Work {
  readonly name: string;
  readonly work: () => void;
}

function worksOf(deliveries: readonly Delivery[], lookup: RuleLookup): readonly Work[] {
  const bodies = deliveries.map(({ body }) => body);
  const payloads = bodies.flatMap(packedPayload);
  const parse = (text: string): unknown => JSON.parse(text);
  return [
    { name: "JSON.parse", work: each(bodies, parse) },
    {
      name: "JSON.parse, also of payloads that are JSON in a string",
      work: each([...bodies, ...payloads], parse),
    },
    { name: "decode", work: each(deliveries, decode) },
    {
      name: DECODE_AND_FILTER,
      work: each(deliveries, (delivery) =>
        decodeOne(delivery).map((event) => passes(event, lookup)),
      ),
    },
  ];
}

function each<Item>(items: readonly Item[], work: (item: Item) => unknown): () => void {
  return () => {
    for (const item of items) work(item);
  };
}

/**
 * Returns the payload of a message's data that is JSON in a string, which decoding has to parse
 * too.
 */
function packedPayload(body: string): string[] {
  const message = JSON.parse(body);
  const data: unknown = message.EventData ?? message.event_data;
  return Object.values(isJsonObject(data) ? data : {}).flatMap((value) =>
    typeof value === "string" && value.startsWith("{") ? [value] : [],
  );
}

function decodeOne(delivery: Delivery): RainmakerEvent[] {
  const decoded = decode(delivery);
  return decoded.kind === "event" ? [decoded.event] : [];
}

function passes(event: RainmakerEvent, lookup: RuleLookup): boolean {
  return evaluate(subjectOf(event), lookup, INTEGRATION, CONSUMER_DEFAULTS).pass;
}
