import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { perItem } from "@rainhooks/sinks/per-item";
import type { ItemFailure } from "@rainhooks/sinks/sink";
import { deliveryOf, rawSqsRecordOf } from "@rainhooks/testing/samples";
import {
  type ScriptedService,
  type ServiceCall,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import type { Context } from "aws-lambda";
import fc from "fast-check";
import { defineFunction } from "./define-function.ts";
import { messageHandler } from "./message-handler.ts";

const NOW_MS = 1_700_000_000_000;
const context = { awsRequestId: "request-1" } as Context;
const worker = defineFunction({
  trigger: "queue",
  name: "calls",
  description: "Calls.",
  resources: { next: { kind: "queue", env: "NEXT", queue: "next", actions: ["sqs:SendMessage"] } },
});

/** What becomes of a message, which is its body. */
const KINDS = [
  "good",
  "unreadable",
  "broken parser",
  "refused",
  "down",
  "asks for an hour",
  "throttled",
] as const;
type Kind = (typeof KINDS)[number];

function parse(body: string): string {
  if (body === "unreadable")
    throw new RainhooksError("body-not-json", "The body says nothing.", { permanent: true });
  if (body === "broken parser") throw new TypeError("body.calls is undefined");
  return body;
}

const FAILURES: Readonly<Record<string, RainhooksError>> = {
  refused: new RainhooksError("sink-rejected", "It says no.", { permanent: true }),
  down: new RainhooksError("sink-unavailable", "It is down."),
  "asks for an hour": new RainhooksError("sink-unavailable", "It is busy.", { retryAfterS: 3600 }),
  throttled: new RainhooksError("throttled", "It is at its limit."),
};

let service: ScriptedService;
let sqs: SQSClient;
beforeAll(async () => {
  service = await startScriptedService(() => ({ body: { Successful: [], Failed: [] } }));
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  sqs = new SQSClient({ endpoint: service.endpoint, region: "us-east-1", credentials });
});
afterAll(async () => {
  sqs.destroy();
  await service.stop();
});

const environment = () => ({
  RAINHOOKS_STAGE: "dev",
  DEAD_LETTER_QUEUE_URL: `${service.endpoint}/1/calls-dead-letters`,
  QUEUE_URL: `${service.endpoint}/1/calls`,
  NEXT: `${service.endpoint}/1/next`,
});

function entriesOf({ input }: ServiceCall): Record<string, unknown>[] {
  return input["Entries"] as Record<string, unknown>[];
}

/** Runs a handler on messages; returns what became of each. */
async function outcomes(kinds: readonly Kind[]) {
  const lines: Record<string, unknown>[] = [];
  const written: string[] = [];
  const before = service.calls.length;
  const handler = messageHandler(
    worker,
    () => ({
      write: async (items) => {
        written.push(
          ...items.filter(({ value }) => FAILURES[value] === undefined).map(({ value }) => value),
        );
        return items.flatMap(({ id, value }): ItemFailure[] => {
          const error = FAILURES[value];
          return error === undefined ? [] : [{ id, error }];
        });
      },
    }),
    {
      parse,
      environment: environment(),
      writeLine: (line) => lines.push(JSON.parse(line)),
      nowMs: () => NOW_MS,
      sqs: async () => sqs,
    },
  );
  const records = kinds.map((kind) =>
    rawSqsRecordOf(deliveryOf(kind, { sentAtMs: NOW_MS - 5000 })),
  );
  const { batchItemFailures } = await handler({ Records: records }, context);
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const sent = (action: string) =>
    service.calls.slice(before).filter((call) => call.action === action);
  return {
    written,
    lines: lines.filter((line) => !("_aws" in line)),
    metrics: lines.find((line) => "_aws" in line) ?? {},
    failed: kinds.filter((_, index) => failed.has(records[index]?.messageId ?? "")),
    hiddenS: sent("ChangeMessageVisibilityBatch")
      .flatMap(entriesOf)
      .map((entry) => entry["VisibilityTimeout"]),
    letters: sent("SendMessageBatch").flatMap(entriesOf),
    urls: service.calls.slice(before).map(({ input }) => input["QueueUrl"]),
  };
}

describe("the handler of a worker", () => {
  it("a worker sends a message that no retry can help to its dead-letter queue, unchanged and with the reason", async () => {
    const { failed, letters, urls } = await outcomes(["good", "unreadable", "refused"]);
    expect(failed).toEqual([]);
    expect(letters).toMatchObject([
      {
        MessageBody: "unreadable",
        MessageAttributes: {
          error_code: { StringValue: "body-not-json" },
          reason: { StringValue: "The body says nothing." },
          webhook: { StringValue: "calls" },
        },
      },
      { MessageBody: "refused", MessageAttributes: { reason: { StringValue: "It says no." } } },
    ]);
    expect(urls).toEqual([environment().DEAD_LETTER_QUEUE_URL]);
  });

  it("a worker hides failed messages in its queue, for as long as the failure asks", async () => {
    const { failed, hiddenS, urls } = await outcomes(["down", "good", "asks for an hour"]);
    expect(failed).toEqual(["down", "asks for an hour"]);
    expect(hiddenS).toEqual([30, 3600]);
    expect(urls).toEqual([environment().QUEUE_URL]);
  });

  it("a worker tries a message again if its parser fails unexpectedly: another version may parse it", async () => {
    expect((await outcomes(["broken parser"])).failed).toEqual(["broken parser"]);
  });

  it("a worker logs one line for all throttled messages, and counts under its own name", async () => {
    const { lines, metrics } = await outcomes(["throttled", "throttled", "throttled"]);
    expect(lines).toMatchObject([
      { message: "Throttled, will be tried again", records: 3, webhook: "calls" },
    ]);
    expect(metrics).toMatchObject({
      Stage: "dev",
      Webhook: "calls",
      Received: 3,
      Throttled: 3,
      Failed: 0,
    });
    expect(metrics["EventAge"]).toEqual([5000, 5000, 5000]);
  });

  it("a worker gives every message exactly one outcome, whatever is in a batch", async () => {
    const batches = fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(batches, async (kinds) => {
        const { written, failed, letters, metrics } = await outcomes(kinds);
        const bodies = letters.map(({ MessageBody }) => MessageBody as Kind);
        expect([...written, ...failed, ...bodies].toSorted()).toEqual(kinds.toSorted());
        expect(bodies.every((body) => body === "unreadable" || body === "refused")).toBe(true);
        expect(metrics).toMatchObject({ Received: kinds.length, Delivered: written.length });
      }),
      { numRuns: 30 },
    );
  });

  it("a worker passes to its sink the settings and the URLs of the queues that it sends to", async () => {
    const seen: unknown[] = [];
    const makeSink = ({
      resources,
      queueUrl,
      stage,
    }: {
      resources: object;
      queueUrl: string;
      stage: string;
    }) => {
      seen.push({ resources, queueUrl, stage });
      return perItem<string>(async () => undefined);
    };
    messageHandler(worker, makeSink, { parse, environment: environment() });
    expect(seen).toEqual([
      { stage: "dev", queueUrl: environment().QUEUE_URL, resources: { next: environment().NEXT } },
    ]);
  });

  it("the handler of a worker does not start without its queues", () => {
    const start = () =>
      messageHandler(worker, () => perItem(async () => undefined), {
        parse,
        environment: { RAINHOOKS_STAGE: "dev" },
      });
    expect(start).toThrow(
      "Function calls cannot start: NEXT is not set; DEAD_LETTER_QUEUE_URL is not set; QUEUE_URL is not set.",
    );
  });
});

describe("workers with the same code", () => {
  const again = defineFunction({
    trigger: "queue",
    name: "calls-again",
    description: "Calls again.",
    sameAs: "calls",
  });
  const handlerFor = (queueUrl: string) => {
    const made: string[] = [];
    messageHandler(
      [defineFunction({ trigger: "queue", name: "calls", description: "Calls." }), again],
      (_, { name }) => {
        made.push(name);
        return perItem(async () => undefined);
      },
      {
        parse,
        environment: {
          RAINHOOKS_STAGE: "dev",
          QUEUE_URL: queueUrl,
          DEAD_LETTER_QUEUE_URL: "https://sqs/dead",
        },
      },
    );
    return made;
  };

  it.each([
    ["https://sqs.us-east-1.amazonaws.com/1/rainhooks-dev-calls", "calls"],
    ["https://sqs.us-east-1.amazonaws.com/1/acme-dev-calls-again", "calls-again"],
    ["http://127.0.0.1:9911/000000000000/rainhooks-dev-calls-again", "calls-again"],
  ])("workers with the same code are distinguished by the queue %s", (url, name) =>
    expect(handlerFor(url)).toEqual([name]),
  );

  it.each(["https://sqs/1/rainhooks-prod-calls", "https://sqs/1/rainhooks-dev-others", ""])(
    "workers are refused with the queue %j",
    (url) =>
      expect(() => handlerFor(url)).toThrow(
        /^QUEUE_URL must be the URL of the queue of one of calls, calls-again in stage "dev", not "/,
      ),
  );
});
