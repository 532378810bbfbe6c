import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { DAY_MS } from "@rainhooks/core/durations";
import { putAudit } from "@rainhooks/stage/operations/put-audit";
import { USUAL_AUDIT_DAYS } from "@rainhooks/stage/tables/stage-tables";
import { messageHandler } from "@rainhooks/webhook/message-handler";
import { jsonLog } from "@rainhooks/webhook/observe/log";
import { customMetrics } from "@rainhooks/webhook/observe/metrics";
import { claimAttempts } from "../../attempts/claim-attempt.ts";
import { isDelivered } from "../../attempts/is-delivered.ts";
import { attemptSink } from "../../attempts/write-attempts.ts";
import { cacheDestinations } from "../../destinations/cached-destinations.ts";
import { parseAttemptMessage, sinceMsOf } from "../../messages/attempt-message.ts";
import { sendAttempts } from "../../messages/send-attempts.ts";
import { parseArchived } from "../../pauses/pause.ts";
import { missedEvents } from "../../pauses/widen.ts";
import { cachedSecrets } from "../../secrets/cached-secrets.ts";
import { secretStoreAt } from "../../secrets/store-at.ts";
import { createSender } from "../../send/sender.ts";
import { targetSender } from "../../targets/send-to-target.ts";
import { parseTargets } from "../../targets/target.ts";
import { attemptWorker } from "../../worker/attempt-worker.ts";
import { allowedAddresses } from "../../worker/define.ts";
import { attempts, retries } from "./workers.ts";

export const handler = messageHandler(
  [attempts, retries],
  ({ stage, logLevel, resources, settings }, { name: webhook }) => {
    const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
    const sqs = new SQSClient({ ...AWS_CLIENT_OPTIONS, useQueueUrlAsEndpoint: false });
    const nowMs = Date.now;
    const store = { client, tableName: resources.destinations };
    const audits = { client, tableName: resources.audits, keepDays: USUAL_AUDIT_DAYS };
    const attemptLog = { client, tableName: resources.attempts };
    const keepMs = settings.attemptDays * DAY_MS;
    // Only the worker of retries has the outbox.
    const outbox = "outbox" in resources ? String(resources.outbox) : "outbox";
    const log = jsonLog(console.log, { stage, webhook }, nowMs, logLevel);
    return attemptWorker({
      queue: webhook === retries.name ? "retries" : "first",
      limits: settings,
      store,
      destinations: cacheDestinations({ ...store, nowMs }),
      secretsOf: cachedSecrets(secretStoreAt(resources.secrets), nowMs),
      sender: createSender({
        allowPrivate: allowedAddresses(settings.allowPrivate),
        source: `/rainhooks/${stage}`,
        toTarget: targetSender(parseTargets(resources.targets)),
      }),
      attempts: attemptSink({ ...attemptLog, keepMs }),
      retries: sendAttempts({ client: async () => sqs, queueUrl: resources.retries, nowMs }),
      claimAttempt: claimAttempts(attemptLog, { nowMs, keepMs }),
      isDelivered: (webhookId, destination) => isDelivered(attemptLog, webhookId, destination),
      outbox: {
        table: { client, tableName: outbox },
        newId: () => `batch_${randomBytes(16).toString("base64url")}`,
      },
      archived: parseArchived(resources.archived),
      missed: missedEvents(store),
      audit: (one) => putAudit(audits, { ...one, caller: `function ${webhook}`, door: "function" }),
      warn: (message, fields) => log("warn", message, fields),
      report: (metrics) => console.log(customMetrics({ Stage: stage }, metrics, nowMs())),
      nowMs,
      random: Math.random,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  },
  { parse: parseAttemptMessage, sinceMs: sinceMsOf },
);
