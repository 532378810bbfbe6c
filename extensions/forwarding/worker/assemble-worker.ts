import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { DAY_MS } from "@rainhooks/core/durations";
import type { Sink } from "@rainhooks/sinks/sink";
import type { FunctionConfig } from "@rainhooks/webhook/config";
import { isDelivered } from "../attempts/is-delivered.ts";
import { attemptSink } from "../attempts/write-attempts.ts";
import { cacheDestinations } from "../destinations/cached-destinations.ts";
import type { attempts } from "../functions/attempts/workers.ts";
import type { WorkerMessage } from "../messages/attempt-message.ts";
import { sendAttempts } from "../messages/send-attempts.ts";
import { parseArchived } from "../pauses/pause.ts";
import { missedEvents } from "../pauses/widen.ts";
import { cachedSecrets } from "../secrets/cached-secrets.ts";
import { secretStoreAt } from "../secrets/store-at.ts";
import { createSender } from "../send/sender.ts";
import type { MakeClient } from "../targets/kinds.ts";
import { targetSender } from "../targets/send-to-target.ts";
import { parseTargets } from "../targets/target.ts";
import { attemptWorker } from "./attempt-worker.ts";
import { allowedAddresses } from "./define.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

type Config = FunctionConfig<typeof attempts>;

/** The values of a worker's environment. Only the worker of retries has the outbox. */
interface WorkerConfig extends Pick<Config, "stage" | "settings"> {
  readonly resources: Config["resources"] & { readonly outbox?: string };
}

/** Makes the clients of targets. */
export const makeClient: MakeClient = (Client, region) =>
  new Client({ ...AWS_CLIENT_OPTIONS, region, useQueueUrlAsEndpoint: false });

/**
 * Puts the sink of a worker together: its clients, its caches and its connections, for as long as the process
 * lives.
 */
export function assembleAttemptWorker(
  { stage, resources, settings }: WorkerConfig,
  { queue, warn, report }: Pick<AttemptWorkerOptions, "queue" | "warn" | "report">,
): Sink<WorkerMessage> {
  const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
  const sqs = new SQSClient({ ...AWS_CLIENT_OPTIONS, useQueueUrlAsEndpoint: false });
  const nowMs = Date.now;
  const store = { client, tableName: resources.destinations };
  const log = { client, tableName: resources.attempts };
  const source = `/rainhooks/${stage}`;
  return attemptWorker({
    queue,
    limits: {
      maxWaiting: settings.maxWaiting,
      maxFailuresInRow: settings.maxFailures,
      minFailingMs: settings.minFailing,
      slowMs: settings.slowAfter,
    },
    store,
    destinations: cacheDestinations({ ...store, nowMs }),
    secretsOf: cachedSecrets(secretStoreAt(resources.secrets), nowMs),
    sender: createSender({
      allowPrivate: allowedAddresses(settings.allowPrivate),
      source,
      toTarget: targetSender(parseTargets(resources.targets), makeClient),
    }),
    attempts: attemptSink({ ...log, keepMs: settings.attemptDays * DAY_MS }),
    retries: sendAttempts({ client: async () => sqs, queueUrl: resources.retries, nowMs }),
    isDelivered: (webhookId, destination) => isDelivered(log, webhookId, destination),
    outbox: {
      table: { client, tableName: resources.outbox ?? "outbox" },
      newId: () => `batch_${randomBytes(16).toString("base64url")}`,
    },
    archived: parseArchived(resources.archived),
    missed: missedEvents(store),
    warn,
    report,
    nowMs,
    random: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}
