import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { type FilterRule, type RuleKey, systemKey } from "@rainhooks/filter/rule";
import { memoryRuleStore, type RuleStore } from "@rainhooks/filter/store";
import type { Item, Sink } from "@rainhooks/sinks/sink";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import {
  type ScriptedService,
  type ServiceCall,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import type { Context } from "aws-lambda";
import { deliveryHandler, eventHandler, type HandlerOptions } from "./create.ts";
import { defineWebhook } from "./define.ts";

const context = { awsRequestId: "request-1" } as Context;
const NOW_MS = 1_700_000_000_000;
const ALERT = "rmaker.event.alert";
const webhook = defineWebhook({ name: "hello", description: "Says hello.", events: [ALERT] });
const unfiltered = defineWebhook({ ...webhook, filtered: false });

const ENVIRONMENT = {
  RAINHOOKS_STAGE: "dev",
  RAINHOOKS_INTEGRATION: "rainhooks-dev",
  DEAD_LETTER_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/dead-letters",
  QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/hello",
  FILTER_RULES_TABLE: "rules",
};

const delivered = () =>
  deliveryOf(
    { event_type: ALERT, event_data: { node_id: "n", message_body: "{}" } },
    { sentAtMs: NOW_MS },
  );
const alert = () => sqsRecordOf(delivered());
const other = () =>
  sqsRecordOf(
    deliveryOf({ event_type: "rmaker.event.node_connected", event_data: { node_id: "n" } }),
  );

/** A sink that keeps what it is given, and fails for what a test says. */
function keeping<Value>(written: Item<Value>[], error?: RainhooksError): Sink<Value> {
  return {
    write: async (items) => {
      if (error !== undefined) return items.map(({ id }) => ({ id, error }));
      written.push(...items);
      return [];
    },
  };
}

function setUp(options: HandlerOptions = {}, sinkError?: RainhooksError, definition = webhook) {
  const written: Item<RainmakerEvent>[] = [];
  const lines: Record<string, unknown>[] = [];
  const handler = eventHandler(definition, () => keeping(written, sinkError), {
    environment: ENVIRONMENT,
    writeLine: (line) => lines.push(JSON.parse(line)),
    nowMs: () => NOW_MS,
    ...options,
  });
  const metrics = () => lines.filter((line) => "_aws" in line);
  return { handler, written, lines, metrics };
}

/** A store that has some rules, and keeps what it was asked for. */
function askedStore(rules: readonly FilterRule[]): { store: RuleStore; asked: RuleKey[] } {
  const asked: RuleKey[] = [];
  const inner = memoryRuleStore(rules);
  const fetch: RuleStore["fetch"] = (keys) => {
    asked.push(...keys);
    return inner.fetch(keys);
  };
  return { store: { fetch }, asked };
}

const off: FilterRule = { ...systemKey(ALERT), enabled: false, integrations: ["rainhooks-dev"] };

describe("eventHandler", () => {
  it("eventHandler reads the rules, and filters out an event that a rule disables", async () => {
    const { store, asked } = askedStore([off]);
    const { handler, written, metrics } = setUp({ rules: store });
    expect(await handler({ Records: [alert()] }, context)).toEqual({ batchItemFailures: [] });
    expect(asked).toEqual([systemKey(ALERT)]);
    expect(written).toEqual([]);
    expect(metrics()).toMatchObject([
      { Stage: "dev", Webhook: "hello", Filtered: 1, Delivered: 0 },
    ]);
  });

  it.each([
    ["written", true],
    ["filtered out", false],
  ])(
    "eventHandler reports how many events are of one node that sends much, also if they are %s",
    async (_, enabled) => {
      const { handler, metrics } = setUp({ rules: memoryRuleStore([{ ...off, enabled }]) });
      const records = Array.from({ length: 200 }, (_, index) => ({
        ...alert(),
        messageId: `m${index}`,
      }));
      await handler({ Records: records }, context);
      await handler({ Records: records }, context);
      expect(metrics().map(({ OneNode }) => OneNode)).toEqual([200, 200]);
    },
  );

  it.each([
    ["the integration of its configuration", ["rainhooks-dev"], 1],
    ["no other", ["rainhooks-prod"], 0],
  ])("eventHandler delivers an event that a rule allows for %s", async (_, integrations, count) => {
    const { handler, written } = setUp({
      rules: memoryRuleStore([{ ...off, enabled: true, integrations }]),
    });
    await handler({ Records: [alert()] }, context);
    expect(written).toHaveLength(count);
  });

  it("eventHandler reads no rules for a webhook that is not filtered", async () => {
    const { store, asked } = askedStore([off]);
    const { handler, written } = setUp({ rules: store }, undefined, unfiltered);
    await handler({ Records: [alert()] }, context);
    expect(asked).toEqual([]);
    expect(written).toHaveLength(1);
  });

  it("eventHandler handles only the events that its webhook wants", async () => {
    const { handler, written, metrics } = setUp({ rules: memoryRuleStore([]) });
    await handler({ Records: [alert(), other()] }, context);
    expect(written.map(({ value }) => value.type)).toEqual([ALERT]);
    expect(metrics()).toMatchObject([{ Received: 2, Ignored: 1, Delivered: 1 }]);
  });

  it("eventHandler gives the sink its configuration, and does not start without one", () => {
    const made: unknown[] = [];
    const make = (environment: Record<string, string>) =>
      eventHandler(
        webhook,
        (config) => {
          made.push(config.stage);
          return keeping<RainmakerEvent>([]);
        },
        { environment },
      );
    make(ENVIRONMENT);
    expect(made).toEqual(["dev"]);
    expect(() => make({})).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });
});

describe("deliveryHandler", () => {
  it("deliveryHandler writes every delivery unchanged, whatever its content, and reads no rules", async () => {
    const written: Item<Delivery>[] = [];
    const lines: Record<string, unknown>[] = [];
    const { store, asked } = askedStore([off]);
    const handler = deliveryHandler(webhook, () => keeping(written), {
      environment: ENVIRONMENT,
      rules: store,
      writeLine: (line) => lines.push(JSON.parse(line)),
      nowMs: () => NOW_MS,
    });
    const odd = sqsRecordOf(deliveryOf("not JSON"));
    await handler({ Records: [alert(), other(), odd] }, context);
    expect(written).toHaveLength(3);
    expect(written[2]?.value.body).toBe("not JSON");
    expect(asked).toEqual([]);
    expect(lines).toMatchObject([{ Stage: "dev", Webhook: "hello", Delivered: 3 }]);
  });
});

describe("with the clients that it makes itself, a handler", () => {
  const NAMES = [
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
  ] as const;
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  let service: ScriptedService;
  let reply: (call: ServiceCall) => { status?: number; body: unknown };

  beforeEach(async () => {
    reply = () => ({ body: {} });
    service = await startScriptedService((call) => reply(call));
    const [endpoint, region, id, secret] = NAMES;
    Object.assign(process.env, {
      [endpoint]: service.endpoint,
      [region]: "us-east-1",
      [id]: "a",
      [secret]: "b",
    });
  });
  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await service.stop();
  });

  it("a handler reads rules from the stage's table, once a minute", async () => {
    const state = { M: { fromMs: { N: "0" }, enabled: { BOOL: false }, integrations: { L: [] } } };
    const Item = {
      entity: { S: `system#system.${ALERT}` },
      eventType: { S: ALERT },
      states: { L: [state] },
    };
    const levelItem = { entity: { S: "levels" }, eventType: { S: "system" } };
    reply = () => ({ body: { Responses: { rules: [Item, levelItem] } } });
    const clock = { nowMs: NOW_MS };
    const { handler, written } = setUp({ nowMs: () => clock.nowMs });
    for (const nowMs of [NOW_MS, NOW_MS + 59_999, NOW_MS + 60_000]) {
      clock.nowMs = nowMs;
      await handler({ Records: [sqsRecordOf({ ...delivered(), sentAtMs: nowMs })] }, context);
    }
    expect(written).toEqual([]);
    // Which levels have rules, and then the rules.
    expect(service.calls.map(({ action }) => action)).toEqual(
      Array.from({ length: 4 }, () => "BatchGetItem"),
    );
    expect(service.calls[0]?.input["RequestItems"]).toHaveProperty("rules");
  });

  it("a handler lets events wait while the table cannot be read and what it knows is too old", async () => {
    const clock = { nowMs: NOW_MS };
    const { handler, written } = setUp({ nowMs: () => clock.nowMs });
    const published = (sentAtMs: number) => ({
      Records: [sqsRecordOf({ ...delivered(), sentAtMs })],
    });
    await handler(published(NOW_MS), context);
    reply = () => ({ status: 400, body: { __type: "ResourceNotFoundException", message: "gone" } });
    clock.nowMs = NOW_MS + 90_000;
    expect(await handler(published(NOW_MS + 59_999), context)).toEqual({ batchItemFailures: [] });
    expect((await handler(published(NOW_MS + 60_000), context)).batchItemFailures).toHaveLength(1);
    expect(written).toHaveLength(2);
  });

  it("a handler sends dead letters to the endpoint of its environment, whatever host the queue's URL names", async () => {
    const { handler } = setUp({ rules: memoryRuleStore([]) });
    const bad = () => sqsRecordOf(deliveryOf("not JSON"));
    for (const Records of [[bad()], [bad()]]) {
      expect(await handler({ Records }, context)).toEqual({ batchItemFailures: [] });
    }
    const sent = service.calls.map(({ action, input }) => [action, input["QueueUrl"]]);
    expect(sent).toEqual(
      Array.from({ length: 2 }, () => ["SendMessageBatch", ENVIRONMENT.DEAD_LETTER_QUEUE_URL]),
    );
    expect(service.calls[0]?.input).toMatchObject({
      Entries: [{ MessageAttributes: { webhook: { StringValue: "hello" } } }],
    });
  });

  it("a handler hides failed records in its own queue for as long as it is configured", async () => {
    const down = new RainhooksError("sink-unavailable", "down");
    const environment = { ...ENVIRONMENT, RETRY_FIRST_WAIT_S: "7" };
    const failing = alert();
    const { handler } = setUp({ rules: memoryRuleStore([]), environment }, down);
    expect(await handler({ Records: [failing] }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: failing.messageId }],
    });
    expect(service.calls).toMatchObject([
      {
        action: "ChangeMessageVisibilityBatch",
        input: { QueueUrl: environment.QUEUE_URL, Entries: [{ VisibilityTimeout: 7 }] },
      },
    ]);
  });
});

it("a handler writes its lines to the console, with the time of the clock, by default", async () => {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  const startMs = Date.now();
  try {
    const handler = eventHandler(unfiltered, () => keeping<RainmakerEvent>([]), {
      environment: ENVIRONMENT,
    });
    await handler({ Records: [alert()] }, context);
  } finally {
    console.log = log;
  }
  const [{ _aws }] = lines.map((line) => JSON.parse(line));
  expect(_aws.Timestamp).toBeGreaterThanOrEqual(startMs);
});
