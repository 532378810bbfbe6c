import { ChangeMessageVisibilityBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "@jest/globals";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { REPLAY_ATTRIBUTE } from "@rainhooks/core/deliveries/read";
import { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { alwaysInForce, changedHistory } from "@rainhooks/filter/history";
import { systemKey } from "@rainhooks/filter/rule";
import { memoryHistories, memoryRuleStore } from "@rainhooks/filter/store";
import type { Item, Sink } from "@rainhooks/sinks/sink";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import type { Context } from "aws-lambda";
import { deliveryHandler, eventHandler } from "./create.ts";
import { defineWebhook } from "./define.ts";

const NOW_MS = 1_800_000_000_000;
const ALERT = "rmaker.event.alert";
const accepting = defineWebhook({
  name: "bell",
  description: "Rings.",
  events: [ALERT],
  replay: "accept",
});
const refusing = defineWebhook({ ...accepting, replay: "refuse" });
const context = { awsRequestId: "1" } as Context;

describe("a replayed delivery", () => {
  const alert = (sentAtMs: number) =>
    deliveryOf(
      { event_type: ALERT, event_data: { node_id: "n", message_body: "{}" } },
      { sentAtMs },
    );

  function setUp(webhook = accepting, rules = memoryRuleStore([]), error?: RainhooksError) {
    const queues = new MemoryQueues(() => NOW_MS);
    const [live, replays, letters] = ["bell", "bell-replay", "dead"].map((name) =>
      queues.create(name, {}),
    );
    const urls = ["bell", "bell-replay", "dead"].map((name) => queues.urlOf(name));
    const hidden: unknown[] = [];
    const sqs = new SQSClient(queues.clientOptions);
    sqs.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === ChangeMessageVisibilityBatchCommand.name) hidden.push(args.input);
          return next(args);
        },
      { step: "initialize" },
    );
    const lines: Record<string, unknown>[] = [];
    const written: unknown[] = [];
    const sink: Sink<RainmakerEvent | Delivery> = {
      write: async (items: readonly Item<RainmakerEvent | Delivery>[]) => {
        written.push(...items.map(({ value }) => value.replay));
        return error === undefined ? [] : items.map(({ id }) => ({ id, error }));
      },
    };
    const options = {
      environment: {
        RAINHOOKS_STAGE: "dev",
        RAINHOOKS_INTEGRATION: "rainhooks-dev",
        DEAD_LETTER_QUEUE_URL: urls[2],
        QUEUE_URL: urls[0],
        REPLAY_QUEUE_URL: urls[1],
        FILTER_RULES_TABLE: "rules",
      },
      writeLine: (line: string) => lines.push(JSON.parse(line)),
      nowMs: () => NOW_MS,
      sqs: async () => sqs,
      rules,
    };
    return {
      handler: eventHandler(webhook, () => sink, options),
      archive: deliveryHandler(webhook, () => sink, options),
      live,
      replays,
      letters,
      urls,
      hidden,
      written,
      metrics: () => lines.filter((line) => "_aws" in line),
    };
  }

  function record(sentAtMs: number, { replay = "job-1", queue = "bell-replay" } = {}) {
    const messageAttributes =
      replay === ""
        ? {}
        : { [REPLAY_ATTRIBUTE]: { dataType: "String" as const, stringValue: replay } };
    const eventSourceARN = `arn:aws:sqs:us-east-1:123456789012:${queue}`;
    return { ...sqsRecordOf(alert(sentAtMs)), messageAttributes, eventSourceARN };
  }

  it("a replayed delivery is passed to the sink with the job that has sent it, and its purpose", async () => {
    const { handler, written } = setUp();
    const Records = [
      record(NOW_MS),
      record(NOW_MS, { replay: "job-1 pager" }),
      record(NOW_MS, { replay: "" }),
    ];
    await handler({ Records }, context);
    expect(written).toEqual([{ job: "job-1" }, { job: "job-1", address: "pager" }, undefined]);
  });

  it("a replayed delivery is counted beside live ones, not with them", async () => {
    const { handler, metrics } = setUp();
    await handler({ Records: [record(NOW_MS - 86_400_000)] }, context);
    await handler({ Records: [record(NOW_MS, { queue: "bell", replay: "" })] }, context);
    expect(metrics()).toMatchObject([
      { Webhook: "bell-replay", Delivered: 1, EventAge: [86_400_000] },
      { Webhook: "bell", Delivered: 1, EventAge: [0] },
    ]);
  });

  it("a replayed delivery waits in its own queue when it fails", async () => {
    const down = new RainhooksError("sink-unavailable", "down");
    const { handler, hidden, urls } = setUp(accepting, memoryRuleStore([]), down);
    for (const queue of ["bell-replay", "bell"]) {
      const { batchItemFailures } = await handler(
        { Records: [record(NOW_MS, { queue })] },
        context,
      );
      expect(batchItemFailures).toHaveLength(1);
    }
    expect(hidden).toMatchObject([{ QueueUrl: urls[1] }, { QueueUrl: urls[0] }]);
  });

  it("a replayed delivery is filtered by the rules in force when it was published", async () => {
    const on = { ...systemKey(ALERT), enabled: true, integrations: ["rainhooks-dev"] };
    const history = changedHistory(alwaysInForce(on), {
      fromMs: NOW_MS - 5000,
      rule: { ...on, enabled: false },
    });
    const { handler, written } = setUp(accepting, memoryHistories([history]));
    await handler(
      { Records: [record(NOW_MS - 5001), record(NOW_MS - 5000), record(NOW_MS)] },
      context,
    );
    expect(written).toHaveLength(1);
  });

  it.each(["handler", "archive"] as const)(
    "a replayed delivery goes to the dead letters of a webhook that refuses it (%s)",
    async (of) => {
      const { [of]: handler, written, letters } = setUp(refusing);
      const Records = [record(NOW_MS), record(NOW_MS, { replay: "", queue: "bell" })];
      expect(await handler({ Records }, context)).toEqual({ batchItemFailures: [] });
      expect(written).toEqual([undefined]);
      expect(letters?.receive(10)).toMatchObject([
        {
          attributes: {
            error_code: { StringValue: "event-refused" },
            [REPLAY_ATTRIBUTE]: { StringValue: "job-1" },
          },
        },
      ]);
    },
  );
});

describe("the definition of a webhook", () => {
  it("defineWebhook refuses replays by default, and cannot accept them for a function of another runtime", () => {
    const { replay: _, ...input } = accepting;
    expect([defineWebhook(input).replay, accepting.replay]).toEqual(["refuse", "accept"]);
    const external = {
      name: "own",
      description: "Own.",
      events: [ALERT],
      runtime: "external",
    } as const;
    expect(defineWebhook(external).replay).toBe("refuse");
    expect(() => defineWebhook({ ...external, replay: "accept" })).toThrow(
      "it cannot accept replays",
    );
  });
});
