import { type Delivery, decode, type RainmakerEvent, topicName } from "@rainhooks/core";
import { CONSUMER_DEFAULTS, evaluate, type RuleLookup, ruleLookup, subjectOf } from "@rainhooks/filter";
import { collectMessages } from "@rainhooks/fleet";
import { formatTable } from "@rainhooks/terminal";
import { Bench } from "tinybench";
import { gate } from "./gate.ts";

const INTEGRATION = "rainhooks-local";

/** Measures how fast events are decoded and filtered, compared with `JSON.parse` of the same bytes. */
export async function benchDecode(): Promise<string> {
  const options = {
    seed: 1,
    nodes: 60,
    events: 1000,
    duplicates: 0,
    undecodable: 0,
    endsAtMs: 1_800_000_000_000,
  };
  const collections = [
    await collectMessages(options, "pascal", INTEGRATION),
    await collectMessages(options, "snake", INTEGRATION),
  ];
  const messages = collections.flatMap((collection) => collection.messages);
  const lookup = ruleLookup(collections[0]?.rules ?? []);
  const deliveries = messages.map(
    ({ body, attributes, type }, index): Delivery => ({
      id: String(index),
      sentAtMs: options.endsAtMs,
      topic: topicName(type),
      attributes,
      body,
    }),
  );
  const events = deliveries.flatMap(decodeOne);
  const passed = events.filter((event) => passes(event, lookup)).length;
  gate(events.length === messages.length, "every message of the fleet decodes");
  gate(passed > 0 && passed < events.length, "the rules filter out some events, but not all");

  const bench = new Bench({ time: 2000, warmupTime: 500 });
  bench
    .add("JSON.parse", () => {
      for (const { body } of deliveries) JSON.parse(body);
    })
    .add("decode", () => {
      for (const delivery of deliveries) decode(delivery);
    })
    .add("decode and filter", () => {
      for (const delivery of deliveries) for (const event of decodeOne(delivery)) passes(event, lookup);
    });
  await bench.run();
  const rates = bench.tasks.map(({ name, result }) => {
    if (!("latency" in result)) throw new Error(`${name} was not measured`);
    return { name, perSecond: (deliveries.length * 1000) / result.latency.p50 };
  });
  const parseRate = rates[0]?.perSecond ?? Number.NaN;
  const bytes = deliveries.reduce((sum, { body }) => sum + body.length, 0) / deliveries.length;
  return [
    `Decoding, ${deliveries.length} events of ${bytes.toFixed(0)} bytes on average`,
    formatTable(
      ["", "events/s", "times JSON.parse"],
      rates.map(({ name, perSecond }) => [
        name,
        Math.round(perSecond),
        Number((parseRate / perSecond).toFixed(1)),
      ]),
    ),
  ].join("\n");
}

function decodeOne(delivery: Delivery): RainmakerEvent[] {
  const decoded = decode(delivery);
  return decoded.kind === "event" ? [decoded.event] : [];
}

function passes(event: RainmakerEvent, lookup: RuleLookup): boolean {
  return evaluate(subjectOf(event), lookup, INTEGRATION, CONSUMER_DEFAULTS).pass;
}
