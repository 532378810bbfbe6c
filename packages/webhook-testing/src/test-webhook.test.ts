import { afterEach, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { httpSink } from "@rainhooks/sinks/http/http-sink";
import { perItem } from "@rainhooks/sinks/per-item";
import { startReceiver } from "@rainhooks/testing/receiver";
import { eventHandler } from "@rainhooks/webhook/create";
import { defineWebhook } from "@rainhooks/webhook/define";
import { eventOf } from "./event-of.ts";
import { testWebhook, type WebhookTest } from "./test-webhook.ts";

const ALERT = "rmaker.event.alert";
const bell = defineWebhook({
  name: "bell",
  description: "Rings.",
  events: [ALERT],
  settings: { url: { kind: "secret", holds: "url" }, volume: { min: 0, max: 10, default: 5 } },
});
const secrets = { url: "http://127.0.0.1:1/token" };
const alert = (nodeId: string) => eventOf(ALERT, { nodeId });

let test: WebhookTest | undefined;
afterEach(async () => {
  await test?.stop();
  test = undefined;
});

it("testWebhook runs the real handler, with its settings and secrets", async () => {
  const receiver = await startReceiver();
  test = await testWebhook(
    bell,
    async () => ({
      handler: eventHandler(bell, ({ settings, stage }) =>
        httpSink<RainmakerEvent>({
          url: settings.url.get,
          headers: { volume: String(settings.volume) },
          allowPrivate: stage === "local",
        }),
      ),
    }),
    { settings: { volume: 7 }, secrets: { url: `${receiver.url}/token` } },
  );
  expect(await test.run([alert("door"), alert("hall")])).toEqual([
    { outcome: "done" },
    { outcome: "done" },
  ]);
  expect(receiver.requests).toMatchObject([
    { path: "/token", headers: { volume: "7" } },
    { path: "/token", headers: { volume: "7" } },
  ]);
  await receiver.stop();
});

it("testWebhook returns the outcome of each event", async () => {
  const makeHandler = () =>
    eventHandler(bell, () =>
      perItem(async ({ data }: RainmakerEvent<typeof ALERT>) => {
        if (data.nodeId === "stuck") throw new Error("stuck");
        if (data.nodeId === "gone")
          throw new RainhooksError("sink-rejected", "There is no such door.", { permanent: true });
      }),
    );
  test = await testWebhook(bell, async () => ({ handler: makeHandler() }), { secrets });
  expect(await test.run([alert("door"), alert("stuck"), alert("gone"), "{not json"])).toEqual([
    { outcome: "done" },
    { outcome: "retry", afterS: 30 },
    { outcome: "dead-letter", code: "sink-rejected", reason: "There is no such door." },
    { outcome: "dead-letter", code: "body-not-json", reason: expect.any(String) },
  ]);
  expect(test.logged.join()).toContain("There is no such door.");
});

it("testWebhook returns what is sent to the queue of a worker, apart from dead letters", async () => {
  const calls = {
    kind: "queue",
    env: "CALLS_QUEUE_URL",
    queue: "calls",
    actions: ["sqs:SendMessage"],
  } as const;
  const fanOut = defineWebhook({
    name: "fan-out",
    description: "Sends.",
    events: [ALERT],
    resources: { calls },
  });
  const sendTo = (QueueUrl: string, target: string, input: object) =>
    fetch(process.env["AWS_ENDPOINT_URL"] ?? "", {
      method: "POST",
      headers: { "x-amz-target": `AmazonSQS.${target}` },
      body: JSON.stringify({ QueueUrl, ...input }),
    }).then((response) => response.json());
  const responses: unknown[] = [];
  const makeHandler = () =>
    eventHandler(fanOut, ({ resources }) =>
      perItem(async () => {
        const Entries = ["a", "b"].map((MessageBody) => ({ Id: MessageBody, MessageBody }));
        responses.push(await sendTo(resources.calls, "SendMessageBatch", { Entries }));
        responses.push(await sendTo(resources.calls, "SendMessage", { MessageBody: "c" }));
      }),
    );
  test = await testWebhook(fanOut, async () => ({ handler: makeHandler() }));
  expect(await test.run([alert("door"), "{not json"])).toMatchObject([
    { outcome: "done" },
    { outcome: "dead-letter" },
  ]);
  expect(test.sentTo("calls")).toEqual(["a", "b", "c"]);
  expect(test.sentTo("other")).toEqual([]);
  expect(responses).toMatchObject([
    { Successful: [{ Id: "a" }, { Id: "b" }] },
    { MessageId: expect.any(String) },
  ]);
});

it("testWebhook leaves the environment unchanged", async () => {
  process.env["AWS_ENDPOINT_URL_SQS"] = "https://elsewhere.example";
  const before = { ...process.env };
  const log = async () => ({ handler: eventHandler(bell, () => perItem(async () => undefined)) });
  const short = await testWebhook(bell, log, { secrets });
  expect(process.env).not.toHaveProperty("AWS_ENDPOINT_URL_SQS");
  await short.stop();
  expect({ ...process.env }).toEqual(before);
});

it("testWebhook refuses wrong and missing settings with their names", async () => {
  const load = async () => ({ handler: eventHandler(bell, () => perItem(async () => undefined)) });
  await expect(testWebhook(bell, load)).rejects.toThrow("The settings of bell: url is not set.");
  await expect(
    testWebhook(bell, load, { secrets, settings: { volume: 11, x: 1 } }),
  ).rejects.toThrow(
    'x is not a setting (known: url, volume); volume must be a number from 0 to 10, not "11"',
  );
});

it("testWebhook makes an event of any type from its sample, with the current time", () => {
  const before = Date.now();
  const { event_type, timestamp, event_data } = JSON.parse(eventOf(ALERT, { nodeId: "n" }));
  expect([event_type, event_data.node_id]).toEqual([ALERT, "n"]);
  expect(timestamp).toBeGreaterThanOrEqual(before);
});
