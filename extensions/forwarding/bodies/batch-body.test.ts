import { describe, expect, it, jest, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { MAX_JSON_DEPTH } from "@rainhooks/core/json";
import { deliveryOf } from "@rainhooks/testing/samples";
import { type BodySettings, batchBody, batchValues, requestBody } from "./body.ts";
import type { BodySource } from "./cloud-event.ts";
import { parseTemplate, showsAllEvents } from "./template/parse.ts";
import { renderTemplate } from "./template/render.ts";

function alert(webhookId: string, node_id: string, message_body: unknown = "Too hot"): BodySource {
  const delivery = deliveryOf({
    event_type: "rmaker.event.alert",
    timestamp: 1_700_000_000_123,
    event_data: { node_id, user_id: "u1", message_body },
  });
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw new Error("It is no event.");
  return { delivery, event: decoded.event, webhookId };
}

const EVENTS = [alert("evt_1", "n1"), alert("evt_2", "n2")];
const bodyOf = (options: BodySettings, events = EVENTS) => batchBody("batch_1", events, options);
const bodyOfTemplate = (document: unknown, events = EVENTS): unknown =>
  JSON.parse(bodyOf({ format: "template", template: JSON.stringify(document) }, events).body);

describe("the body of a batch", () => {
  test.each(["event", "raw", "cloudevents"] as const)(
    "the body of format %s is a list of what each event has by itself",
    (format) => {
      const { body } = bodyOf({ format });
      const alone = EVENTS.map((one) => JSON.parse(requestBody(one, { format }).body));
      const list = JSON.parse(body);
      expect(list).toHaveLength(2);
      expect(list).toMatchObject(alone);
    },
  );

  it("the body of format event has each event, and its media type is that of batches of CloudEvents", () => {
    const { body, headers } = bodyOf({ format: "event" });
    expect(JSON.parse(body).map(({ id }: { readonly id: string }) => id)).toEqual([
      "evt_1",
      "evt_2",
    ]);
    expect(headers).toEqual({});
    const cloudEvents = bodyOf({ format: "cloudevents" });
    expect(cloudEvents.headers).toEqual({
      "content-type": "application/cloudevents-batch+json; charset=utf-8",
    });
    // Binary mode has no batches.
    expect(bodyOf({ format: "cloudevents-binary" })).toEqual(cloudEvents);
  });

  it("a batch template has each event where it says so, and values of the batch around the events", () => {
    const document = {
      batch: "{{id}}",
      count: "{{count}}",
      node: "{{nodeId}}",
      all: [
        "{{each}}",
        { id: "{{id}}", text: "{{nodeId}}: {{data.message}}", batch: ["{{each}}", "{{id}}"] },
      ],
    };
    expect(bodyOfTemplate(document)).toEqual({
      batch: "batch_1",
      count: 2,
      node: null,
      all: [
        { id: "evt_1", text: "n1: Too hot", batch: ["evt_1"] },
        { id: "evt_2", text: "n2: Too hot", batch: ["evt_2"] },
      ],
    });
    expect(
      bodyOfTemplate({ node: "{{nodeId}}", all: "{{events}}" }, [EVENTS[0] as BodySource]),
    ).toMatchObject({
      node: "n1",
      all: [{ id: "evt_1" }],
    });
  });

  it("a template for one event makes a list with one entry for each event", () => {
    expect(bodyOfTemplate({ id: "{{id}}" })).toEqual([{ id: "evt_1" }, { id: "evt_2" }]);
  });

  it("a template is parsed once for all events of a destination", () => {
    const settings = { format: "template", template: '{"id":"{{id}}"}' } as const;
    const parse = jest.spyOn(JSON, "parse");
    for (const _ of [1, 2]) expect(bodyOf(settings).body).toBe('[{"id":"evt_1"},{"id":"evt_2"}]');
    expect(parse.mock.calls).toEqual([[settings.template]]);
    parse.mockRestore();
  });

  it("the body of a batch can be larger and deeper than the body of one event", () => {
    const nested = JSON.parse(
      `${"[".repeat(MAX_JSON_DEPTH - 6)}1${"]".repeat(MAX_JSON_DEPTH - 6)}`,
    );
    const deep = [alert("evt_1", "n1", nested), alert("evt_2", "n2", "x".repeat(200 * 1024))];
    const many = [...deep, alert("evt_3", "n3", "y".repeat(200 * 1024))];
    expect(bodyOfTemplate(["{{each}}", { text: "{{data.message}}" }], many)).toHaveLength(3);
  });

  it("the body of a batch has a maximum size", () => {
    const template = parseTemplate('["{{each}}","{{text}}"]');
    const values = (length: number) => ({
      events: Array.from({ length }, () => ({ text: "x".repeat(1021) })),
    });
    expect(renderTemplate(template, values(4095))).toHaveLength(4095 * 1024 + 1);
    expect(() => renderTemplate(template, values(4096))).toThrow("more than 4194304 bytes");
  });
});

test("the node of a batch is that of all its events, if it is one", () => {
  expect(batchValues("b", [alert("evt_1", "n1"), alert("evt_2", "n1")])).toMatchObject({
    nodeId: "n1",
    count: 2,
  });
  expect(batchValues("b", EVENTS)).toMatchObject({
    nodeId: null,
    events: [{ id: "evt_1" }, { id: "evt_2" }],
  });
});

test.each<[unknown, boolean]>([
  [["{{each}}", 1], true],
  ["{{events}}", true],
  ["{{events[0].id}} and others", true],
  [{ a: [1, { b: "{{events}}" }] }, true],
  [{ a: [1, { b: "{{data.events}}" }] }, false],
  [["events", "{{id}}"], false],
  [7, false],
])("the template %j shows all events: %s", (document, expected) => {
  expect(showsAllEvents(JSON.stringify(document))).toBe(expected);
});

test.each<[unknown, string]>([
  [
    ["{{each}}"],
    "The template: a list that begins with {{each}} has one more entry, for each event.",
  ],
  [
    { all: ["{{each}}", 1, 2] },
    'The template at "all": a list that begins with {{each}} has one more entry',
  ],
  [
    { all: ["{{each}}", "{{a b}}"] },
    'The template at "all[1]": "a b" at character 1 is not a path.',
  ],
])("%j is refused", (document, message) => {
  expect(() => parseTemplate(JSON.stringify(document))).toThrow(message);
});
