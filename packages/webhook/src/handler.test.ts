import { describe, expect, it, test } from "@jest/globals";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { DEAD_SINCE_ATTRIBUTE } from "@rainhooks/core/deliveries/read";
import { RainhooksError } from "@rainhooks/core/errors";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { type FilterRule, systemKey } from "@rainhooks/filter/rule";
import { memoryRuleStore, type RuleStore } from "@rainhooks/filter/store";
import type { Item, ItemFailure, Sink } from "@rainhooks/sinks/sink";
import { deliveryOf, rawSqsRecordOf, sqsRecordOf } from "@rainhooks/testing/samples";
import type { Context } from "aws-lambda";
import fc from "fast-check";
import {
  type Classify,
  classifyDeliveries,
  classifyEvents,
  type EventDelivery,
} from "./classify.ts";
import type { DeadLetter } from "./dead-letters.ts";
import { webhookHandler } from "./handler.ts";
import { readInvocation } from "./records.ts";

const context = { awsRequestId: "request-1" } as Context;
const NOW_MS = 1_700_000_100_000;

interface World<Value> {
  readonly written: Item<Value>[];
  readonly letters: DeadLetter[];
  readonly lines: Record<string, unknown>[];
  readonly sinkFailures: Map<string, RainhooksError>;
  deadLetterFailure: RainhooksError | undefined;
  sinkThrows: Error | undefined;
  /** An item that makes the sink throw, whatever is written with it. */
  poison: string | undefined;
  /** The topics that were noted for the rounds. */
  readonly noted: string[][];
  noteFailure: Error | undefined;
  /**
   * The records whose retry was delayed: how often they were received, and the wait that was asked
   * for.
   */
  readonly later: { receives: number; retryAfterS: number | undefined; isBlameless?: true }[];
}

function setUp<Value>(classify: Classify<Value>) {
  const world: World<Value> = {
    written: [],
    letters: [],
    lines: [],
    sinkFailures: new Map(),
    deadLetterFailure: undefined,
    sinkThrows: undefined,
    poison: undefined,
    noted: [],
    noteFailure: undefined,
    later: [],
  };
  const sink: Sink<Value> = {
    write: async (items) => {
      if (world.sinkThrows !== undefined) throw world.sinkThrows;
      if (items.some(({ id }) => id === world.poison))
        throw new RangeError("Maximum call stack size exceeded");
      world.written.push(...items.filter(({ id }) => !world.sinkFailures.has(id)));
      return items.flatMap(({ id }): ItemFailure[] => {
        const error = world.sinkFailures.get(id);
        return error === undefined ? [] : [{ id, error }];
      });
    },
  };
  const handler = webhookHandler({
    stage: "test",
    webhook: "hello",
    logLevel: "debug",
    classify,
    sink,
    deadLetters: async (letters) => {
      const { deadLetterFailure: error } = world;
      if (error !== undefined) return letters.map(({ id }) => ({ id, error }));
      world.letters.push(...letters);
      return [];
    },
    retryLater: async (retries) => {
      world.later.push(
        ...retries.map(({ record: { receives }, retryAfterS, isBlameless }) => ({
          receives,
          retryAfterS,
          ...(isBlameless === true ? { isBlameless } : {}),
        })),
      );
      return ["r1: it is gone"];
    },
    replayQueue: "hello-replays",
    noteHandled: async (topics) => {
      if (world.noteFailure !== undefined) throw world.noteFailure;
      world.noted.push([...topics]);
    },
    writeLine: (line) => world.lines.push(JSON.parse(line)),
    nowMs: () => NOW_MS,
  });
  return { handler, world };
}

const events = (rules?: RuleStore) =>
  classifyEvents({
    wanted: new Set(["rmaker.event.alert", "rmaker.event.node_connected"]),
    rules,
    integration: "rainhooks-test",
  });

const alert = (data: object = { NodeId: "n1", message_body: "{}" }) =>
  deliveryOf(
    { EventType: "rmaker.event.alert", Timestamp: NOW_MS - 5000, EventData: data },
    { sentAtMs: NOW_MS - 4000 },
  );

function metricsOf(world: World<unknown>): Record<string, unknown> {
  const line = world.lines.find((one) => "_aws" in one);
  if (line === undefined) throw new Error("no metrics line");
  return line;
}

function failedIds(result: { batchItemFailures: { itemIdentifier: string }[] }): string[] {
  return result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

describe("a batch from a queue", () => {
  it("a handler writes wanted events and ignores the rest", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const good = sqsRecordOf(alert());
    const unwanted = sqsRecordOf(
      deliveryOf({ EventType: "rmaker.event.user_node_ota", EventData: { NodeId: "n" } }),
    );
    const unknown = rawSqsRecordOf(deliveryOf({ EventType: "rmaker.event.something_new" }));
    const result = await handler({ Records: [good, unwanted, unknown] }, context);
    expect(result).toEqual({ batchItemFailures: [] });
    expect(world.written.map(({ id }) => id)).toEqual([good.messageId]);
    expect(metricsOf(world)).toMatchObject({
      Received: 3,
      Delivered: 1,
      Ignored: 2,
      Failed: 0,
      EventAge: [5000],
    });
  });

  it("a handler sends an undecodable record to the dead-letter queue at once, unchanged, and does not retry it", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const good = sqsRecordOf(alert());
    const bad = sqsRecordOf(alert({ message_body: "{}" }));
    expect(failedIds(await handler({ Records: [bad, good] }, context))).toEqual([]);
    expect(world.written).toHaveLength(1);
    expect(world.letters).toMatchObject([
      { id: bad.messageId, message: { body: bad.body }, error: { code: "data-invalid" } },
    ]);
    expect(metricsOf(world)).toMatchObject({
      Received: 2,
      Delivered: 1,
      Undecodable: 1,
      Failed: 0,
    });
    expect(world.lines[0]).toMatchObject({
      level: "warn",
      message: "Sending to the dead-letter queue",
      requestId: "request-1",
      recordId: bad.messageId,
      deliveryId: JSON.parse(bad.body).MessageId,
      error: { code: "data-invalid" },
    });
  });

  it("a handler sends a record that the sink permanently rejected to the dead-letter queue, and retries one that may succeed", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const a = sqsRecordOf(alert());
    const b = sqsRecordOf(alert());
    const c = sqsRecordOf(alert());
    world.sinkFailures.set(a.messageId, new RainhooksError("sink-unavailable", "throttled"));
    world.sinkFailures.set(
      b.messageId,
      new RainhooksError("sink-rejected", "too large", { permanent: true }),
    );
    expect(failedIds(await handler({ Records: [a, b, c] }, context))).toEqual([a.messageId]);
    expect(world.letters.map(({ id }) => id)).toEqual([b.messageId]);
    expect(metricsOf(world)).toMatchObject({ Delivered: 1, Failed: 1, Refused: 1, Undecodable: 0 });
  });

  it("a handler retries every record when the sink itself fails", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    world.sinkThrows = new TypeError("boom");
    const records = [sqsRecordOf(alert()), sqsRecordOf(alert())];
    expect(failedIds(await handler({ Records: records }, context))).toEqual(
      records.map(({ messageId }) => messageId),
    );
  });

  it("a handler writes records one by one when the sink throws: the faulty one goes to the dead-letter queue, the others are written", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const records = Array.from({ length: 36 }, () => sqsRecordOf(alert()));
    world.poison = records[7]?.messageId;
    expect(failedIds(await handler({ Records: records }, context))).toEqual([]);
    expect(world.written).toHaveLength(35);
    expect(world.letters).toMatchObject([{ id: world.poison, error: { code: "unexpected" } }]);
  });

  it("a handler delays the retry of failed records, and logs when that fails", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    world.sinkThrows = new Error("down");
    const record = sqsRecordOf(alert());
    const third = { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: "3" } };
    await handler({ Records: [third] }, context);
    expect(world.later).toEqual([{ receives: 3, retryAfterS: undefined }]);
    expect(world.lines).toContainEqual(
      expect.objectContaining({
        level: "error",
        message: "Will be retried",
        recordId: third.messageId,
      }),
    );
    expect(world.lines).toContainEqual(
      expect.objectContaining({
        level: "warn",
        message: expect.stringContaining("r1: it is gone"),
      }),
    );
  });

  it("a handler delays the retry by what the failure of an item asks for", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const records = [sqsRecordOf(alert()), sqsRecordOf(alert())];
    for (const [index, { messageId }] of records.entries()) {
      const retryAfterS = index === 0 ? 120 : undefined;
      world.sinkFailures.set(
        messageId,
        new RainhooksError("sink-unavailable", "busy", { retryAfterS }),
      );
    }
    await handler({ Records: records }, context);
    expect(world.later).toEqual([
      { receives: 1, retryAfterS: 120 },
      { receives: 1, retryAfterS: undefined },
    ]);
  });

  it("a handler returns records that the sink did not attempt to their queue, does not count them as failed, and logs one line", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const [good, failed, ...waiting] = Array.from({ length: 5 }, () => sqsRecordOf(alert()));
    world.sinkFailures.set(failed?.messageId ?? "", new RainhooksError("sink-unavailable", "down"));
    for (const { messageId } of waiting)
      world.sinkFailures.set(messageId, new RainhooksError("not-attempted", "no time"));
    const result = await handler({ Records: [good, failed, ...waiting] }, context);
    expect(failedIds(result)).toEqual([failed, ...waiting].map((record) => record?.messageId));
    expect(world.later).toHaveLength(4);
    expect(metricsOf(world)).toMatchObject({
      Received: 5,
      Delivered: 1,
      Failed: 1,
      Postponed: 3,
      Refused: 0,
    });
    expect(world.lines.filter(({ level }) => level === "error")).toHaveLength(1);
    expect(world.lines).toContainEqual(
      expect.objectContaining({
        level: "info",
        message: "Not attempted, will be delivered again",
        records: 3,
        error: expect.objectContaining({ code: "not-attempted" }),
      }),
    );
  });

  it("a handler tries throttled records again soon, does not count them as failed, and logs one line", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const records = Array.from({ length: 3 }, () => sqsRecordOf(alert()));
    for (const { messageId } of records)
      world.sinkFailures.set(
        messageId,
        new RainhooksError("throttled", "Table t is busy: too much."),
      );
    const result = await handler({ Records: records }, context);
    expect(failedIds(result)).toEqual(records.map(({ messageId }) => messageId));
    expect(world.later.map(({ isBlameless }) => isBlameless)).toEqual([true, true, true]);
    expect(world.letters).toEqual([]);
    expect(metricsOf(world)).toMatchObject({ Received: 3, Delivered: 0, Failed: 0, Throttled: 3 });
    expect(world.lines.filter(({ level }) => level === "error")).toEqual([]);
    expect(world.lines).toContainEqual(
      expect.objectContaining({
        level: "warn",
        message: "Throttled, will be tried again",
        records: 3,
      }),
    );
  });

  it("a handler passes to the sink how much of the function's time is left", async () => {
    const times: (number | undefined)[] = [];
    const handler = webhookHandler({
      stage: "test",
      webhook: "timed",
      logLevel: "error",
      classify: events(),
      sink: {
        write: async (_, time) => {
          times.push(time?.remainingMs());
          times.push(time?.remainingMs());
          return [];
        },
      },
      deadLetters: async () => [],
      writeLine: () => undefined,
      nowMs: () => NOW_MS,
    });
    const getRemainingTimeInMillis = () => (times.length === 0 ? 30_000 : 25_000);
    await handler({ Records: [sqsRecordOf(alert())] }, { ...context, getRemainingTimeInMillis });
    expect(times).toEqual([19_500, 14_500]);
  });

  it("a handler returns before the function's timeout: items that are not written by then are retried", async () => {
    const { handler } = setUp<EventDelivery>(events());
    const lines: string[] = [];
    const slow = webhookHandler({
      stage: "test",
      webhook: "slow",
      logLevel: "error",
      classify: events(),
      sink: { write: () => new Promise(() => undefined) },
      deadLetters: async () => [],
      writeLine: (line) => lines.push(line),
      nowMs: () => NOW_MS,
    });
    const inTime = { ...context, getRemainingTimeInMillis: () => 20 };
    const record = sqsRecordOf(alert());
    expect(failedIds(await slow({ Records: [record] }, inTime))).toEqual([record.messageId]);
    // Half of the time is left to the sink when there is little.
    expect(lines[0]).toContain(
      "The sink did not finish within 10 ms, the time that the function's timeout leaves for it.",
    );
    expect(failedIds(await handler({ Records: [record] }, inTime))).toEqual([]);
  });

  it("a handler returns in time although SQS does not respond: dead letters stay in their queue, failed records are retried", async () => {
    const lines: Record<string, unknown>[] = [];
    const silent = webhookHandler({
      stage: "test",
      webhook: "silent",
      logLevel: "warn",
      classify: events(),
      sink: {
        write: async (items) =>
          items.map(({ id }) => ({ id, error: new RainhooksError("sink-unavailable", "") })),
      },
      deadLetters: () => new Promise(() => undefined),
      retryLater: () => new Promise(() => undefined),
      writeLine: (line) => lines.push(JSON.parse(line)),
      nowMs: () => NOW_MS,
    });
    const inTime = { ...context, getRemainingTimeInMillis: () => 1050 };
    const good = sqsRecordOf(alert());
    const bad = sqsRecordOf(deliveryOf("not JSON"));
    expect(failedIds(await silent({ Records: [good, bad] }, inTime)).toSorted()).toEqual(
      [good.messageId, bad.messageId].toSorted(),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({
        recordId: bad.messageId,
        error: expect.objectContaining({
          code: "dead-letter-unavailable",
          message:
            "The dead-letter queue did not respond before the function's timeout. The record stays in its queue.",
        }),
      }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: "warn",
        message:
          "Will be retried after the queue's own visibility timeout: SQS did not respond in time",
      }),
    );
  });

  it("a handler ignores what it does not want, even if it cannot be decoded", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const unwanted = [
      deliveryOf({ EventType: "rmaker.event.user_node_ota", EventData: {} }),
      deliveryOf("not JSON", { topic: "esp_rainmaker_sns_user_node_ota" }),
      deliveryOf("not JSON", { attributes: { event_type: "rmaker.event.something_new" } }),
    ];
    const wanted = deliveryOf("not JSON", { topic: "esp_rainmaker_sns_node_alert" });
    await handler({ Records: [...unwanted, wanted].map(sqsRecordOf) }, context);
    expect(world.letters).toHaveLength(1);
    expect(metricsOf(world)).toMatchObject({ Ignored: 3, Undecodable: 1 });
  });

  it("a handler ignores implausible times when it counts ages", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const data = { NodeId: "n", message_body: "{}" };
    const wrong = [0, 4_000_000_000_000].map((Timestamp) =>
      deliveryOf(
        { EventType: "rmaker.event.alert", Timestamp, EventData: data },
        { sentAtMs: NOW_MS - 9 },
      ),
    );
    await handler({ Records: wrong.map(sqsRecordOf) }, context);
    expect(metricsOf(world)).toMatchObject({ EventAge: [9, 9] });
  });

  it("a handler keeps a record in its queue when the dead-letter queue rejects it", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    world.deadLetterFailure = new RainhooksError("dead-letter-unavailable", "down");
    const bad = sqsRecordOf(deliveryOf("not JSON"));
    expect(failedIds(await handler({ Records: [bad] }, context))).toEqual([bad.messageId]);
    expect(metricsOf(world)).toMatchObject({ Failed: 1, Undecodable: 0 });
  });
});

describe("filter rules", () => {
  const off: FilterRule = { ...systemKey("rmaker.event.alert"), enabled: false, integrations: [] };

  it("filter events out, and the log has the reason", async () => {
    const { handler, world } = setUp<EventDelivery>(events(memoryRuleStore([off])));
    const connected = sqsRecordOf(
      deliveryOf({ EventType: "rmaker.event.node_connected", EventData: { NodeId: "n" } }),
    );
    await handler({ Records: [sqsRecordOf(alert()), connected] }, context);
    expect(world.written.map(({ id }) => id)).toEqual([connected.messageId]);
    expect(metricsOf(world)).toMatchObject({ Filtered: 1, Delivered: 1 });
    expect(world.lines[0]).toMatchObject({
      level: "debug",
      message: "Filtered out",
      filterLevel: "system",
      reason: "disabled",
      rule: off,
    });
  });

  it("filter rules that cannot be read lose no event: records that need them are retried, others are handled", async () => {
    const down: RuleStore = {
      fetch: () => Promise.reject(new RainhooksError("rules-unavailable", "down")),
    };
    const { handler, world } = setUp<EventDelivery>(events(down));
    const good = sqsRecordOf(alert());
    const bad = sqsRecordOf(deliveryOf("not JSON"));
    expect(failedIds(await handler({ Records: [good, bad] }, context))).toEqual([good.messageId]);
    expect(world.letters.map(({ id }) => id)).toEqual([bad.messageId]);
    expect(world.written).toEqual([]);
  });
});

describe("a webhook for deliveries", () => {
  it("a handler for deliveries writes everything, decodable or not", async () => {
    const { handler, world } = setUp<Delivery>(classifyDeliveries);
    const deliveries = [
      alert(),
      deliveryOf("not JSON"),
      deliveryOf({ EventType: "rmaker.event.something_new" }),
    ];
    await handler({ Records: deliveries.map(sqsRecordOf) }, context);
    expect(world.written.map(({ value }) => value.body)).toEqual(
      deliveries.map(({ body }) => body),
    );
    expect(world.letters).toEqual([]);
  });
});

describe("an invocation with something else", () => {
  test.each([
    ["nothing", undefined],
    ["no records", { Records: [] }],
    ["records that are no objects", { Records: ["a"] }],
    ["a test event of the console", { key1: "value1" }],
  ])("a handler fails for %s, and logs it", async (_, event) => {
    const { handler, world } = setUp<Delivery>(classifyDeliveries);
    await expect(handler(event, context)).rejects.toMatchObject({ code: "record-malformed" });
    expect(world.lines[0]).toMatchObject({ level: "error", error: { code: "record-malformed" } });
  });

  it("a handler sends a single record of another service to the dead-letter queue", async () => {
    const { handler, world } = setUp<Delivery>(classifyDeliveries);
    await handler({ Records: [sqsRecordOf(alert()), { messageId: "odd", kinesis: {} }] }, context);
    expect(world.written).toHaveLength(1);
    expect(world.letters).toMatchObject([{ id: "odd", error: { code: "record-malformed" } }]);
    expect(metricsOf(world)).toMatchObject({ Undecodable: 1, Refused: 0 });
    expect(world.lines[0]).not.toHaveProperty("deliveryId");
  });

  it("a handler counts a record without a type as undecodable", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    await handler({ Records: [sqsRecordOf(deliveryOf({}))] }, context);
    expect(world.letters).toMatchObject([{ error: { code: "envelope-invalid" } }]);
    expect(metricsOf(world)).toMatchObject({ Undecodable: 1, Refused: 0 });
  });

  it("a handler sends no dead letters and delays no retries when everything succeeds", async () => {
    const asked: string[] = [];
    const handler = webhookHandler({
      stage: "test",
      webhook: "well",
      logLevel: "error",
      classify: events(),
      sink: { write: async () => [] },
      deadLetters: async () => {
        asked.push("dead letters");
        return [];
      },
      retryLater: async () => {
        asked.push("later");
        return [];
      },
      writeLine: () => undefined,
      nowMs: () => NOW_MS,
    });
    await handler({ Records: [sqsRecordOf(alert())] }, context);
    expect(asked).toEqual([]);
  });

  it("a handler marks a record that it may have handled before: received before, or redriven", async () => {
    const record = rawSqsRecordOf(alert());
    const before = {
      ...record,
      attributes: { ...record.attributes, ApproximateReceiveCount: "2" },
    };
    const since = { stringValue: "1700000000000", dataType: "String" };
    const redriven = {
      ...record,
      messageAttributes: { ...record.messageAttributes, rainhooks_dead_since: since },
    };
    const records = readInvocation({ Records: [record, before, redriven] });
    const classified = await events()(records);
    expect(classified.map((one) => one.outcome === "item" && one.item.value.again)).toEqual([
      undefined,
      "received",
      "redriven",
    ]);
  });

  it("a handler ignores an unknown type even if it is wanted", async () => {
    const type = "rmaker.event.of_tomorrow";
    const classify = classifyEvents({
      wanted: new Set([type]),
      rules: undefined,
      integration: "i",
    });
    const { handler, world } = setUp<EventDelivery>(classify);
    await handler({ Records: [sqsRecordOf(deliveryOf({ EventType: type }))] }, context);
    expect(metricsOf(world)).toMatchObject({ Ignored: 1, Delivered: 0 });
  });
});

describe("the rounds", () => {
  const from = (topic: string, body: unknown = alert().body) =>
    sqsRecordOf(deliveryOf(body, { topic }));

  it("a handler notes which topics something came from, also what it cannot write", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const refused = from("refused");
    world.sinkFailures.set(refused.messageId, new RainhooksError("sink-rejected", "no"));
    const unwanted = from("unwanted", { EventType: "rmaker.event.other" });
    const records = [from("alerts"), from("alerts"), refused, from("broken", "{"), unwanted];
    await handler({ Records: records }, context);
    expect(world.noted).toEqual([["alerts", "refused", "broken"]]);
  });

  it("a handler notes nothing of a replay, a redrive or a trial", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    const replayed = { ...from("alerts"), eventSourceARN: "arn:aws:sqs:r:1:hello-replays" };
    await handler({ Records: [replayed] }, context);
    const stringValue = "2026-01-01T00:00:00.000Z";
    const redriven = {
      ...from("alerts"),
      messageAttributes: { [DEAD_SINCE_ATTRIBUTE]: { stringValue, dataType: "String" } },
    };
    await handler({ Records: [redriven] }, context);
    const tried = alert({ NodeId: TRIAL_NODE, message_body: "{}" }).body;
    await handler({ Records: [from("alerts", tried)] }, context);
    expect(world.noted).toEqual([[], [], []]);
    expect(world.written).toHaveLength(3);
  });

  it("records are handled if that cannot be noted", async () => {
    const { handler, world } = setUp<EventDelivery>(events());
    world.noteFailure = new Error("no table");
    expect(await handler({ Records: [from("alerts")] }, context)).toEqual({
      batchItemFailures: [],
    });
    expect(world.written).toHaveLength(1);
    expect(world.lines).toContainEqual(
      expect.objectContaining({
        level: "warn",
        message: "What was handled could not be noted for the rounds",
      }),
    );
  });
});

describe("for any batch", () => {
  const outcome = fc.constantFrom(
    "good",
    "undecodable",
    "retry",
    "not attempted",
    "throttled",
    "refused",
    "unwanted",
  );

  const SINK_ERRORS = new Map([
    ["retry", new RainhooksError("sink-unavailable", "down")],
    ["not attempted", new RainhooksError("not-attempted", "no time")],
    ["throttled", new RainhooksError("throttled", "too much")],
    ["refused", new RainhooksError("sink-rejected", "no", { permanent: true })],
  ]);

  it("each record has exactly one outcome, and the metrics add up", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 20 }), async (outcomes) => {
        const { handler, world } = setUp<EventDelivery>(events());
        const records = outcomes.map((one) => {
          if (one === "undecodable") return sqsRecordOf(deliveryOf("{"));
          if (one === "unwanted")
            return sqsRecordOf(deliveryOf({ EventType: "rmaker.event.other" }));
          const record = sqsRecordOf(alert());
          const error = SINK_ERRORS.get(one);
          if (error !== undefined) world.sinkFailures.set(record.messageId, error);
          return record;
        });
        const idsOf = (wanted: string[]) =>
          records
            .filter((_, index) => wanted.includes(outcomes[index] ?? ""))
            .map(({ messageId }) => messageId);
        const result = await handler({ Records: records }, context);
        expect(failedIds(result)).toEqual(idsOf(["retry", "not attempted", "throttled"]));
        expect(world.written.map(({ id }) => id)).toEqual(idsOf(["good"]));
        expect(world.letters.map(({ id }) => id).sort()).toEqual(
          idsOf(["undecodable", "refused"]).sort(),
        );
        const { Received, Filtered, Ignored, Delivered, Failed, ...more } = metricsOf(world);
        const { Undecodable, Refused, Postponed = 0, Throttled = 0 } = more;
        const retried = [Failed, Postponed, Throttled];
        const parts = [Filtered, Ignored, Delivered, Undecodable, Refused, ...retried].map(Number);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(Received);
      }),
    );
  });
});
