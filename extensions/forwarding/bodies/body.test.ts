import { describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { EVENT_SAMPLES } from "@rainhooks/testing/event-samples";
import { deliveryOf, README_EVENT } from "@rainhooks/testing/samples";
import { BODY_FORMATS } from "../destinations/destination.ts";
import { requestBody } from "./body.ts";
import type { BodySource } from "./cloud-event.ts";

function sourceOf(published: unknown): BodySource {
  const delivery: Delivery = deliveryOf(published);
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw new Error("It is no event.");
  return { delivery, event: decoded.event as RainmakerEvent, webhookId: "evt_1" };
}

const alert = (nodeId: unknown, nodes = "node_id") =>
  sourceOf({
    event_type: nodes === "node_id" ? "rmaker.event.alert" : "rmaker.event.user_node_added",
    timestamp: 1_700_000_000_123,
    event_data: { [nodes]: nodeId, user_id: "u1", message_body: "Too hot" },
  });

const TIME = "2023-11-14T22:13:20.123Z";
const DATA = { nodeId: "n1", userId: "u1", message: "Too hot" };

describe("the body of a request", () => {
  it("a body of format event is that of Standard Webhooks", () => {
    const { body, headers } = requestBody(alert("n1"), { format: "event" });
    expect(JSON.parse(body)).toMatchObject({
      type: "rmaker.event.alert",
      timestamp: TIME,
      data: DATA,
    });
    expect(headers).toEqual({});
  });

  it("a body of format raw is what RainMaker published, byte by byte", () => {
    const published = `${JSON.stringify(README_EVENT, null, 3)}\r\n `;
    expect(requestBody(sourceOf(published), { format: "raw" })).toEqual({
      body: published,
      headers: {},
    });
  });

  it("a body of format template is the template with the values of the event", () => {
    const template =
      '{"id":"{{id}}","text":"{{nodeId}} at {{timestamp}}: {{data.message}}","nodes":"{{nodeIds}}","type":"{{type}}"}';
    expect(JSON.parse(requestBody(alert("n1"), { format: "template", template }).body)).toEqual({
      id: "evt_1",
      text: `n1 at ${TIME}: Too hot`,
      nodes: ["n1"],
      type: "rmaker.event.alert",
    });
  });
});

describe("a CloudEvent", () => {
  const ATTRIBUTES = {
    specversion: "1.0",
    id: "evt_1",
    source: "/rainhooks",
    type: "rmaker.event.alert",
    subject: "n1",
    time: TIME,
  };

  it("a CloudEvent in structured mode has its attributes and data in one document", () => {
    const { body, headers } = requestBody(alert("n1"), { format: "cloudevents" });
    expect(JSON.parse(body)).toEqual({
      ...ATTRIBUTES,
      datacontenttype: "application/json",
      data: expect.objectContaining(DATA),
    });
    expect(headers).toEqual({ "content-type": "application/cloudevents+json; charset=utf-8" });
  });

  it("a CloudEvent in binary mode has its attributes in headers, and the same data as body", () => {
    const source = alert("n1");
    const { body, headers } = requestBody(source, { format: "cloudevents-binary" });
    expect(headers).toEqual({
      "content-type": "application/json",
      ...Object.fromEntries(
        Object.entries(ATTRIBUTES).map(([name, value]) => [`ce-${name}`, value]),
      ),
    });
    const structured = JSON.parse(requestBody(source, { format: "cloudevents" }).body);
    expect(JSON.parse(body)).toEqual(structured.data);
  });

  it("a CloudEvent has the configured source", () => {
    const source = { ...alert("n1"), source: "https://example.com/dev" };
    const { headers } = requestBody(source, { format: "cloudevents-binary" });
    expect(headers["ce-source"]).toBe("https://example.com/dev");
  });

  // The first is the example of the HTTP binding, section 3.1.3.2.
  test.each([
    ["Euro € \u{1f600}", "Euro%20%E2%82%AC%20%F0%9F%98%80"],
    ['100% "x"', "100%25%20%22x%22"],
    ["a\r\nb: c", "a%EF%BF%BD%EF%BF%BDb:%20c"],
    ["a\ud800b\uffffc\u{1fffe}", "a%EF%BF%BDb%EF%BF%BDc%EF%BF%BD"],
    ["~!#$&'()*+,/:;<=>?@[\\]^_`{|}", "~!#$&'()*+,/:;<=>?@[\\]^_`{|}"],
  ])("a CloudEvent encodes the node %j in a header", (nodeId, encoded) => {
    const { headers } = requestBody(alert(nodeId), { format: "cloudevents-binary" });
    expect(headers["ce-subject"]).toBe(encoded);
    const { body } = requestBody(alert(nodeId), { format: "cloudevents" });
    expect(JSON.parse(body).subject).toBe(decodeURIComponent(encoded));
  });

  it("a CloudEvent has a subject only for one node", () => {
    const subjectOf = (nodes: readonly string[]) =>
      JSON.parse(requestBody(alert(nodes, "nodes"), { format: "cloudevents" }).body).subject;
    expect([subjectOf(["n1"]), subjectOf(["n1", "n2"])]).toEqual(["n1", undefined]);
  });

  it("the CloudEvent of every sample follows the rules of the JSON format", () => {
    for (const sample of EVENT_SAMPLES) {
      const delivery = deliveryOf(sample);
      const decoded = decode(delivery);
      if (decoded.kind !== "event") continue;
      const source = { delivery, event: decoded.event, webhookId: "evt_1" };
      const { data, ...attributes } = JSON.parse(
        requestBody(source, { format: "cloudevents" }).body,
      );
      expect(typeof data).toBe("object");
      for (const [name, value] of Object.entries(attributes)) {
        expect(name).toMatch(/^[a-z0-9]{1,20}$/);
        expect(value).toMatch(/./);
      }
      expect(new Date(attributes.time).toISOString()).toBe(attributes.time);
      for (const format of BODY_FORMATS)
        if (format !== "template") expect(() => requestBody(source, { format })).not.toThrow();
    }
  });
});
