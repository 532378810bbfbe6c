import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paginateListSubscriptions } from "@aws-sdk/client-sns";
import { expect, it } from "@jest/globals";
import { EVENT_TYPES, type EventType } from "@rainhooks/core/catalog";
import { localClients } from "@rainhooks/stage/clients";
import { defineWebhook } from "@rainhooks/webhook/define";
import { startEmulators } from "../emulators/start-emulators.ts";
import { provisionTopics, provisionWebhook } from "./provision.ts";

it("provision subscribes a webhook to its events only, also after these have changed", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "topics-"));
  const emulators = await startEmulators({ dataDir, port: 0, onError: () => undefined });
  const clients = localClients(emulators.endpoint);
  const topics = await provisionTopics(clients.sns);
  const provision = (name: string, events: readonly EventType[]) =>
    provisionWebhook(
      clients,
      "test",
      defineWebhook({ name, description: "For this test.", events }),
      topics,
    );
  const topicsOf = async (queueArn: string) => {
    const found: (string | undefined)[] = [];
    for await (const { Subscriptions = [] } of paginateListSubscriptions(
      { client: clients.sns },
      {},
    ))
      found.push(
        ...Subscriptions.filter(({ Endpoint }) => Endpoint === queueArn).map(
          ({ TopicArn }) => TopicArn,
        ),
      );
    return found;
  };
  const other = await provision("other", EVENT_TYPES);
  await provision("changing", EVENT_TYPES);
  const { queue } = await provision("changing", ["rmaker.event.alert"]);
  expect(await topicsOf(queue.arn)).toEqual([topics.get("rmaker.event.alert")]);
  expect(await topicsOf(other.queue.arn)).toHaveLength(EVENT_TYPES.length);
  await emulators.stop();
  await rm(dataDir, { recursive: true });
});
