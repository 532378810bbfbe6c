import { describe, expect, it, test } from "@jest/globals";
import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { RainhooksError } from "@rainhooks/core/errors";
import fc from "fast-check";
import { DEFAULT_SCHEDULE } from "../schedule/schedule.ts";
import { isDestinationId } from "./ids.ts";
import { readSettings } from "./read-settings.ts";

const GOOD = { id: "crm", url: "https://crm.example.com" };
const PUBLIC_KEY = `whpk_${"a".repeat(43)}=`;

/** Returns the lines of the message. */
function mistakesOf(input: unknown): string[] {
  try {
    readSettings(input);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: "input-invalid" });
    return (error as RainhooksError).message.split("\n");
  }
}

describe("settings of a destination", () => {
  it("the settings have defaults", () => {
    expect(readSettings(GOOD)).toEqual({
      ...GOOD,
      description: "",
      events: "all",
      nodes: [],
      tags: [],
      format: "event",
      headerNames: [],
      auth: "none",
      concurrency: 10,
      schedule: DEFAULT_SCHEDULE,
      eachCopy: false,
      batchWaitS: 10,
      batchBytes: 262_144,
      inOrder: false,
    });
  });

  it("the settings are read as they are given, with full names of events and headers in lower case", () => {
    const given = {
      id: "a-1",
      url: "http://10.0.0.7:8080",
      description: "Our CRM – ünïcode",
      events: [
        "alert",
        "rmaker.event.node_connected",
        "rmaker.event.user_node_associated",
        "alert",
      ],
      nodes: ["n1", "n1", "n2"],
      tags: ["city:Pune"],
      format: "template",
      template: '["{{each}}",{"text":"{{data.message}}"}]',
      headerNames: ["X-Api-Key"],
      auth: "oauth2",
      ratePerS: 5,
      concurrency: 1,
      schedule: [5, 5, 300],
      eachCopy: true,
      where: 'event.type == "alert"',
      batchEvents: 100,
      batchWaitS: 60,
      batchBytes: 65_536,
      inOrder: true,
    };
    expect(readSettings(given)).toEqual({
      ...given,
      events: ["rmaker.event.alert", "rmaker.event.node_connected", "rmaker.event.user_node_added"],
      nodes: ["n1", "n2"],
      headerNames: ["x-api-key"],
    });
  });

  test.each<[object, string]>([
    [
      { id: "CRM" },
      'id must be up to 30 lower-case letters, digits and dashes, with no dash at its beginning or end, not "CRM".',
    ],
    [{ batchEvents: 1 }, "batchEvents must be"],
    [{ batchWaitS: 901 }, "batchWaitS must be"],
    [{ batchBytes: 100 }, "batchBytes must be"],
    [{ inOrder: "yes" }, "inOrder must be"],
    [{ where: "" }, "where must be"],
    [{ url: "target:orders", batchEvents: 10 }, "A target of the stage gets each event by itself"],
    [{ url: "target:orders", auth: "basic" }, "A target of the stage has no headers and no auth"],
    [
      { url: "target:orders", headerNames: ["x-key"] },
      "A target of the stage has no headers and no auth",
    ],
    [
      { headerNames: Array.from({ length: 21 }, (_, index) => `x-${index}`) },
      "headerNames must be a list of up to 20, not a list of 21.",
    ],
    [
      { headerNames: [7] },
      "headerNames [0] must be a text of 1 to 256 printable characters, not 7.",
    ],
    [{ publicKey: "whpk_abc=" }, "publicKey must be a public key of Standard Webhooks"],
    [{ publicKey: `x${PUBLIC_KEY}` }, "publicKey must be a public key of Standard Webhooks"],
    [{ publicKey: `${PUBLIC_KEY}x` }, "publicKey must be a public key of Standard Webhooks"],
    [{ schedule: Array.from({ length: 21 }, () => 1) }, "schedule must be a list of up to"],
    [{ url: "target:orders", inOrder: true }, "A target of the stage gets each event by itself"],
    [{ batchEvents: 10, format: "cloudevents-binary" }, "format cloudevents-binary has no batches"],
    [
      { batchEvents: 10, format: "template", template: '"{{nodeId}}"' },
      'template shows only one event of a batch. Write a list as ["{{each}}", …], or use {{events}}.',
    ],
    // Spaces are no part of it, and elsewhere it is a path.
    ...['["{{ each }}", "{{nodeId}}"]', '{ "text": "{{each}}" }'].map(
      (template): [object, string] => [
        { batchEvents: 10, format: "template", template },
        "template shows only one event of a batch.",
      ],
    ),
    [{ id: "" }, "id must be up to 30"],
    [{ id: "-a" }, "id must be up to 30"],
    [{ id: "a.b" }, "id must be up to 30"],
    [{ id: "a#b" }, "id must be up to 30"],
    [{ id: "a\n" }, "id must be up to 30"],
    [{ id: "a".repeat(31) }, "id must be up to 30"],
    [{ id: 7 }, "id must be up to 30"],
    [{ url: undefined }, "url must be a scheme and a host, such as https://hooks.example.com."],
    [{ url: "crm.example.com" }, "url must be a scheme and a host"],
    [{ url: "ftp://crm.example.com" }, "url must be a scheme and a host"],
    [{ url: "https://user:password@crm.example.com" }, "url must be a scheme and a host"],
    [
      { url: "https://crm.example.com/secret?key=secret" },
      "url must be only scheme and host: https://crm.example.com.",
    ],
    [
      { url: "https://crm.example.com/#secret" },
      "url must be only scheme and host: https://crm.example.com.",
    ],
    [
      { description: "a\nb" },
      'description must be a text of 0 to 500 printable characters, not "a\\nb".',
    ],
    [{ description: "x".repeat(501) }, "description must be a text of 0 to 500"],
    [{ events: [] }, 'events must be "all" or a list of events, not an empty list.'],
    [
      { events: ["alert", "alarm"] },
      'events [1] "alarm" is not an event. The events are node_connected, ',
    ],
    [{ events: ["toString"] }, 'events [0] "toString" is not an event.'],
    [{ events: "alert" }, 'events must be a list of up to 63, not "alert".'],
    [{ nodes: [""] }, 'nodes [0] must be a text of 1 to 256 printable characters, not "".'],
    [
      { nodes: Array.from({ length: 501 }, (_, index) => `n${index}`) },
      "nodes must be a list of up to 500, not a list of 501.",
    ],
    [{ tags: "a" }, 'tags must be a list of up to 100, not "a".'],
    [
      { format: "xml" },
      'format must be one of event, raw, cloudevents, cloudevents-binary, template, not "xml".',
    ],
    [{ format: "template" }, "template is missing; format template needs it."],
    [{ template: "{}" }, "template is not used by format event."],
    [
      { format: "template", template: '"{{"' },
      "template cannot be used: The template: {{ at character 1 has no }} after it.",
    ],
    [{ format: "template", template: {} }, "template must be a text, not an object."],
    [
      { headerNames: ["Webhook-Id"] },
      "headerNames [0] cannot be used: The sink sets the header webhook-id itself. Remove it.",
    ],
    [
      { headerNames: ["a b"] },
      'headerNames [0] cannot be used: The header "a b" has a name or a value that HTTP does not allow.',
    ],
    [
      { headerNames: ["Authorization"], auth: "basic" },
      "header contains authorization, which auth basic sets. Choose one of them.",
    ],
    [{ auth: "digest" }, 'auth must be one of none, basic, oauth2, not "digest".'],
    [{ ratePerS: 0 }, "ratePerS must be a whole number from 1 to 1000, not 0."],
    [{ ratePerS: 1.5 }, "ratePerS must be a whole number"],
    [{ concurrency: "10" }, 'concurrency must be a whole number from 1 to 100, not "10".'],
    [
      { schedule: [5, 0] },
      "schedule must be a list of up to 20 waits of 1 to 43200 seconds, not a list of 2.",
    ],
    [
      { schedule: "5 minutes" },
      'schedule cannot be used: "5 minutes" is not a wait of a schedule.',
    ],
    [{ eachCopy: "yes" }, 'eachCopy must be true or false, not "yes".'],
    [{ password: "hidden" }, '"password" is not a setting of a destination.'],
    [JSON.parse('{"__proto__":{"id":"x"}}'), '"__proto__" is not a setting of a destination.'],
  ])("%j is refused", (change, message) => {
    const mistakes = mistakesOf({ ...GOOD, ...change });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(message);
  });

  it("the settings have one line for each mistake, and no line repeats a secret of the URL", () => {
    const mistakes = mistakesOf({
      id: "A",
      url: "https://a.example/secret",
      format: 1,
      more: true,
    });
    expect(mistakes.map((line) => line.split(" ")[0])).toEqual(["id", "url", "format", '"more"']);
    expect(mistakes.join()).not.toContain("secret");
  });

  test.each([[null], [undefined], ["crm"], [[]], [7]])("%j is not a destination", (input) => {
    expect(mistakesOf(input)[0]).toMatch(/^A destination is an object, not /);
  });

  it("settings of any input are either refused or complete, and are read again unchanged", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        "crm",
        "https://a.example",
        ["alert"],
        "template",
        '{"a":"{{b}}"}',
        [5],
        "all",
        true,
        3,
      ),
    );
    const names = Object.keys(readSettings(GOOD)).concat(
      "template",
      "ratePerS",
      "other",
      "__proto__",
    );
    const input = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(input, fc.boolean(), (given, complete) => {
        try {
          const settings = readSettings(complete ? { ...given, ...GOOD } : given);
          expect(readSettings(settings)).toEqual(settings);
          expect(isDestinationId(settings.id)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RainhooksError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    { id: "a" },
    { id: "ab" },
    { id: "a".repeat(30) },
    { description: "x".repeat(500) },
    { events: "all" },
    { nodes: Array.from({ length: 500 }, (_, index) => `n${index}`) },
    { concurrency: 100, ratePerS: 1000 },
    { headerNames: ["authorization"] },
  ])("%j are accepted", (change) => {
    expect(mistakesOf({ ...GOOD, ...change })).toEqual([]);
  });

  test.each([
    { url: "https://crm.example.com?key=hidden" },
    { url: "https://crm.example.com#hidden" },
    { concurrency: 101 },
    { ratePerS: 1001 },
    { headerNames: [""] },
    { headerNames: ["a".repeat(257)] },
  ])("%j are refused, without what follows a host", (change) => {
    const mistakes = mistakesOf({ ...GOOD, ...change });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).not.toContain("hidden");
  });

  it("the settings accept every event of the catalog", () => {
    expect(readSettings({ ...GOOD, events: EVENT_TYPES }).events).toEqual(EVENT_TYPES);
  });
});
