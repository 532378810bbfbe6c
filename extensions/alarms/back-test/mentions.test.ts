import { describe, expect, it } from "@jest/globals";
import { CATALOG, type CatalogEntry, EVENT_TYPES, type EventType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import { hostileBody } from "@rainhooks/testing/hostile";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { mentionsTypes } from "./needs.ts";

/** Writes characters of a text as JSON may: `\u…`. */
const escaped = (text: string, at: number) =>
  `${text.slice(0, at)}\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}${text.slice(at + 1)}`;

const rows: readonly CatalogEntry[] = CATALOG;
const names = rows.flatMap(({ type, formerTypes = [] }) => [type, ...formerTypes]);
const topics = rows.flatMap(({ topic, formerTopics = [] }) => [topic, ...formerTopics]);

/**
 * A body with a type in any place and spelling where the decoder finds it: also packed as a push
 * notification, and escaped.
 */
const typedBody = fc
  .record({
    name: fc.constantFrom(...names),
    field: fc.constantFrom("EventType", "event_type", "eventtype", "EVENT_TYPE"),
    packed: fc.constantFrom("not", "object", "text"),
    escapeAt: fc.option(fc.nat(12)),
  })
  .map(({ name, field, packed, escapeAt }) => {
    const EventData = {
      NodeId: "n",
      nodes: ["n"],
      message_body: "x",
      payload: "{}",
      groups: [],
      records: [],
    };
    const plain = JSON.stringify({ [field]: name, EventData });
    const body = escapeAt === null ? plain : escaped(plain, plain.indexOf(name) + escapeAt);
    if (packed === "not") return body;
    return packed === "text"
      ? JSON.stringify({ data: { event_data_payload: body } })
      : `{"data":{"event_data_payload":${body}}}`;
  });

const deliveries = fc
  .record({
    body: fc.oneof(hostileBody, typedBody, fc.string()),
    topic: fc.option(fc.constantFrom(...topics), { nil: undefined }),
    attribute: fc.option(fc.constantFrom(...names, ""), { nil: undefined }),
  })
  .map(({ body, topic, attribute }) =>
    deliveryOf(body, {
      ...(topic === undefined ? {} : { topic }),
      attributes: attribute === undefined ? {} : { event_type: attribute },
    }),
  );

describe("a quick look for events of some types", () => {
  it("a quick look for events of some types never misses what the decoder finds, in a line or in the parts of a delivery", () => {
    fc.assert(
      fc.property(deliveries, fc.subarray([...EVENT_TYPES]), (delivery, types) => {
        const decoded = decode(delivery);
        const type = decoded.kind === "undecodable" ? decoded.type : decoded.event.type;
        if (!types.some((one) => one === type)) return;
        const mentions = mentionsTypes(types);
        expect(mentions(JSON.stringify(delivery))).toBe(true);
        const { topic = "", attributes, body } = delivery;
        expect([topic, attributes["event_type"] ?? "", body].some(mentions)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(EVENT_TYPES)(
    "a quick look for events of some types ignores other events than %s",
    (type) => {
      const others = EVENT_TYPES.filter((one) => !one.includes(type) && !type.includes(one));
      const mentions = mentionsTypes(
        others.filter((one): one is EventType => !nameOf(type).includes(nameOf(one))),
      );
      expect(mentions(JSON.stringify({ EventType: type, EventData: { NodeId: "n" } }))).toBe(false);
    },
  );

  it("a quick look for events of some types finds nothing for no types, except escapes", () => {
    const mentions = mentionsTypes([]);
    expect(mentions('{"EventType":"rmaker.event.alert"}')).toBe(false);
    expect(mentions(String.raw`{"EventType":"rmaker.event.\u0061lert"}`)).toBe(true);
  });
});

function nameOf(type: EventType): string {
  return type.replace(/^.*event\./, "");
}
