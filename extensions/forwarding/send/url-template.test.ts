import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { templateValues } from "../bodies/body.ts";
import { useReceivers } from "../testing/receivers.ts";
import { alertTo } from "../testing/samples.ts";
import { readUrlTemplate, urlOf } from "./url-template.ts";

const [{ event }] = alertTo("https://crm.example.com").events;

/** Returns the values of an alert of a node with an id. */
function sourceOf(nodeId: string) {
  const source = {
    event: { ...event, data: { ...event.data, nodeId } } as typeof event,
    webhookId: "evt_1",
  };
  return () => templateValues(source);
}

describe("a URL with values", () => {
  it("a URL has the values in its path and its query, encoded", () => {
    const url =
      "https://crm.example.com/nodes/{{nodeId}}/alerts?text={{ data.message }}&id={{id}}#{{type}}";
    expect(urlOf(url, sourceOf("a/b?c#d ü%2e&e=f"))).toBe(
      "https://crm.example.com/nodes/a%2Fb%3Fc%23d%20%C3%BC%252e%26e%3Df/alerts?text=Too%20hot&id=evt_1#rmaker.event.alert",
    );
  });

  it("a URL without values is unchanged", () => {
    for (const url of ["https://crm.example.com", "https://crm.example.com/a/../{b}?c=}}"])
      expect(urlOf(url, sourceOf("n1"))).toBe(url);
  });

  test.each([
    ["", "it has no nodeId"],
    [".", "a value of it leads to another path"],
    ["..", "a value of it leads to another path"],
    ["x".repeat(501), "its nodeId has more than 500 characters"],
  ])("a URL cannot be made for the node %j", (nodeId, reason) => {
    for (const rest of ["", "/alerts", "?a=b"])
      expect(() =>
        urlOf(`https://crm.example.com/nodes/{{nodeId}}${rest}`, sourceOf(nodeId)),
      ).toThrow(
        expect.objectContaining({
          code: "sink-rejected",
          permanent: true,
          message: `The URL cannot be made of this event: ${reason}.`,
        }),
      );
  });

  it("a URL with values has the same host and number of segments for any value", () => {
    const url = "https://crm.example.com/nodes/{{nodeId}}{{nodeId}}/alerts/{{nodeId}}";
    const part = fc.constantFrom(
      "a",
      ".",
      "/",
      "\\",
      "%2e",
      "%",
      "?",
      "#",
      "@",
      ":",
      "\t",
      "\u{d800}",
      "é",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join("")),
        ),
        (nodeId) => {
          let made: URL;
          try {
            made = new URL(urlOf(url, sourceOf(nodeId)));
          } catch (error) {
            expect(error).toMatchObject({ code: "sink-rejected" });
            return;
          }
          expect([made.origin, made.search, made.hash]).toEqual([
            "https://crm.example.com",
            "",
            "",
          ]);
          expect(made.pathname.split("/")).toHaveLength(5);
        },
      ),
    );
  });

  test.each([
    "https://{{nodeId}}.example.com/",
    "https://crm.example.com:{{nodeId}}/",
    "{{data.url}}",
    "https://hidden.example.com/{{hidden path}}",
    "https://hidden.example.com/{{nodeId",
    "https://hidden.example.com/{{}}",
  ])("a URL is refused: %s", (url) => {
    expect(() => readUrlTemplate(url)).toThrow(
      expect.objectContaining({
        code: "input-invalid",
        message: expect.not.stringContaining("hidden"),
      }),
    );
  });
});

describe("a request to a URL with values", () => {
  const { receiving, senderWith } = useReceivers();

  it("a request to a URL with values goes to the URL with them, and is recorded without them", async () => {
    const { url, requests } = await receiving((_, response) =>
      response.writeHead(404).end("no /hidden-token/n1?upsert"),
    );
    const { outcome, record } = await senderWith().sendOnce(
      alertTo(`${url}/hidden-token/{{nodeId}}?upsert`),
    );
    expect(requests[0]?.path).toBe("/hidden-token/n1?upsert");
    expect(outcome).toMatchObject({ kind: "failed" });
    expect(record).toMatchObject({ url, response: "no ***" });
  });

  it("a request is not sent for an event without the values of its URL, and is not repeated", async () => {
    const { url, requests } = await receiving();
    const { outcome, record } = await senderWith().sendOnce(
      alertTo(`${url}/{{data.groups[0].id}}`),
    );
    expect(outcome).toEqual({
      kind: "impossible",
      reason: "The URL cannot be made of this event: it has no data.groups.0.id.",
    });
    expect(record).toMatchObject({ outcome: "impossible", url: "https://crm.example.com" });
    expect(requests).toEqual([]);
  });
});
