import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paginateListSubscriptions } from "@aws-sdk/client-sns";
import { expect, it } from "@jest/globals";
import { EVENT_TYPES, type EventType } from "@rainhooks/core/catalog";
import { localClients } from "@rainhooks/stage/clients";
import { defineWebhook } from "@rainhooks/webhook/define";
import { startEmulators } from "../emulators/embedded.ts";
import { provisionStage, provisionWebhook } from "./provision.ts";
import { provisionTopics } from "./topics.ts";

it("provision subscribes a webhook to its events only, by its queue or its stream, also after that has changed", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "topics-"));
  const emulators = await startEmulators({ dataDir, port: 0, nowMs: Date.now, onError: () => undefined });
  const clients = localClients(emulators.endpoint);
  const topics = await provisionTopics(clients.sns);
  const provision = (name: string, events: readonly EventType[]) =>
    provisionWebhook(clients, "test", defineWebhook({ name, description: "For this test.", events }), topics);
  const topicsOf = async (queueArn: string) => {
    const found: (string | undefined)[] = [];
    for await (const { Subscriptions = [] } of paginateListSubscriptions({ client: clients.sns }, {}))
      found.push(
        ...Subscriptions.filter(({ Endpoint }) => Endpoint === queueArn).map(({ TopicArn }) => TopicArn),
      );
    return found;
  };
  const other = await provision("other", EVENT_TYPES);
  await provision("changing", EVENT_TYPES);
  const { queue } = await provision("changing", ["rmaker.event.alert"]);
  expect(await topicsOf(queue.arn)).toEqual([topics.get("rmaker.event.alert")]);
  expect(await topicsOf(other.queue.arn)).toHaveLength(EVENT_TYPES.length);

  const stream = { name: "s", bucket: "b", prefix: "p/", errorPrefix: "e/", bufferS: 60, bufferMiB: 1 };
  const archive = defineWebhook({
    name: "changing",
    description: "For this test.",
    events: ["rmaker.event.alert"],
    filtered: false,
    resources: { stream: { kind: "stream", env: "STREAM", stream, actions: ["firehose:PutRecordBatch"] } },
  });
  const streamArn = "arn:aws:firehose:us-east-1:000000000000:deliverystream/rainhooks-test-s";
  const { byFirehose } = await provisionStage(clients, "test", [], [archive]);
  expect([...byFirehose.keys()]).toEqual(["changing"]);
  expect(await topicsOf(queue.arn)).toEqual([]);
  expect(await topicsOf(streamArn)).toEqual([topics.get("rmaker.event.alert")]);
  await provisionStage(clients, "test", [archive]);
  expect(await topicsOf(queue.arn)).toEqual([topics.get("rmaker.event.alert")]);
  expect(await topicsOf(streamArn)).toEqual([]);
  await emulators.stop();
  await rm(dataDir, { recursive: true });
});
