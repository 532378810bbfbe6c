import { PublishCommand } from "@aws-sdk/client-sns";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import type { EventType } from "@rainhooks/core";
import {
  type Attempt,
  attemptsOfEvent,
  attemptsTable,
  type DestinationSecrets,
  destinationOf,
  destinationsTable,
  formatSecrets,
  newSigningSecret,
  putDestination,
  readSettings,
  secretStoreAt,
} from "@rainhooks/forwarding";
import { withShortestWaits } from "@rainhooks/local-aws";
import { requireRunningStage } from "@rainhooks/stage";
import { deployedName, type Webhook } from "@rainhooks/webhook/define";

/** A local stage that forwards events. */
export interface ForwardStage {
  readonly running: TestStage;
  /** Adds a destination; returns its secrets. */
  add(
    url: string,
    settings: { readonly id: string; readonly [name: string]: unknown },
    secrets?: Partial<DestinationSecrets>,
  ): Promise<DestinationSecrets>;
  publish(type: EventType, data: object, timestamp?: number): Promise<void>;
  attemptsOf(webhookId: string): Promise<Attempt[]>;
  /** The tables of destinations and attempts, for the functions that read and change them. */
  readonly destinations: Parameters<typeof putDestination>[0];
  readonly attempts: Parameters<typeof attemptsOfEvent>[0];
}

/** Starts a stage with the webhook `forward`, its workers, and further webhooks. */
export async function startForwardStage(...names: readonly string[]): Promise<ForwardStage> {
  const webhooks = SHIPPED.filter(({ name }) => name === "forward" || names.includes(name));
  const running = await startTestStage({
    webhooks: webhooks.map((webhook: Webhook) => withShortestWaits(webhook)),
    scheduled: [],
  });
  const { clients, provisioned } = running.stage;
  const { outputs } = await requireRunningStage(running.dataDir);
  const secretStore = secretStoreAt(outputs.parameters["destinations"] ?? "");
  const tableOf = ({ name }: { readonly name: string }) => ({
    client: clients.dynamodb,
    tableName: deployedName("local", name),
  });
  const destinations = tableOf(destinationsTable);
  const attempts = tableOf(attemptsTable);
  return {
    running,
    destinations,
    attempts,
    add: async (url, settings, secrets = {}) => {
      const all = { url, signingSecrets: [{ secret: newSigningSecret() }], headers: {}, ...secrets };
      await secretStore.put(settings.id, formatSecrets(all));
      const { origin } = new URL(url);
      const read = readSettings({ url: origin, headerNames: Object.keys(all.headers), ...settings });
      await putDestination(destinations, destinationOf(read, { nowMs: Date.now() }));
      return all;
    },
    publish: async (type, data, timestamp = Date.now()) => {
      const event = { event_type: type, timestamp, event_data: data };
      await clients.sns.send(
        new PublishCommand({ TopicArn: provisioned.topics.get(type), Message: JSON.stringify(event) }),
      );
    },
    attemptsOf: (webhookId) => attemptsOfEvent(attempts, webhookId),
  };
}
