import { setTimeout as pause } from "node:timers/promises";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { TestStage } from "@rainhooks/app-local/testing/test-stage";
import { catalogEntry } from "@rainhooks/core/catalog";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { REPLAY_ATTRIBUTE, replayText } from "@rainhooks/core/deliveries/read";
import { listAttempts } from "@rainhooks/extensions/forwarding/attempts/read-attempts";
import { MAX_CACHE_AGE_MS } from "@rainhooks/extensions/forwarding/destinations/cached-destinations";
import { setState } from "@rainhooks/extensions/forwarding/destinations/set-state";
import { readPauses } from "@rainhooks/extensions/forwarding/destinations/store";
import { attemptsTable } from "@rainhooks/extensions/forwarding/forwarding-tables";
import { publishEvent } from "@rainhooks/local/aws/publish";
import { functionOf } from "@rainhooks/stage/outputs";
import { requireRunningStage } from "@rainhooks/stage/stage-file";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver } from "@rainhooks/testing/receiver";
import { deployedName } from "@rainhooks/webhook/names";
import type { StagePlay } from "../stage-play.ts";
import { storesOf } from "./forward-stage.ts";
import { updateTests } from "./forward-updates.ts";
import { putNew } from "./put-destination.ts";

/**
 * Lets a local stage forward events in every way that needs calls: to a destination that fails
 * twice, one that is gone, one that wants only nodes with a tag, one that is paused; an event, its
 * copies for two more users, and an event of a replay.
 */
async function forwardEvents({ stage, dataDir }: TestStage): Promise<void> {
  const { outputs } = await requireRunningStage(dataDir);
  const log = {
    client: stage.clients.dynamodb,
    tableName: deployedName("local", attemptsTable.name),
  };
  const stores = await storesOf({ stage, dataDir });
  const failing = await startReceiver((_, response) =>
    response.writeHead(failing.requests.length <= 2 ? 503 : 204).end(),
  );
  const gone = await startReceiver((_, response) => response.writeHead(410).end());
  const add = (id: string, url: string, settings: object) =>
    putNew(stores, url, { id, events: ["alert"], ...settings });
  await add("failing", `${failing.url}/hooks`, { schedule: [1, 1] });
  await add("gone", `${gone.url}/hooks`, {});
  await add("tagged", `${gone.url}/hooks`, { tags: ["place:cellar"] });
  const logged = async (destination: string) => {
    const query = { destinations: [destination], fromMs: 0, toMs: Date.now() + 1, limit: 10 };
    return (await listAttempts(log, query)).attempts.length;
  };
  // Forward knows a new destination some seconds later.
  await pause(MAX_CACHE_AGE_MS);
  const timestamp = Date.now();
  for (const user_id of ["ann", "bob", "eve"]) await publishAlert(stage, user_id, timestamp);
  await eventually(
    () => logged("failing"),
    (count) => count >= 3,
  );
  await eventually(
    () => logged("gone"),
    (count) => count >= 1,
  );
  const store = stores.table;
  const change = (state: "paused" | "active") =>
    setState(store, "failing", { state, atMs: Date.now() });
  await change("paused");
  await publishAlert(stage, "ann", timestamp + 1);
  await eventually(
    () => readPauses(store, "failing"),
    ([pause]) => pause?.missed !== undefined,
  );
  await change("active");
  await pause(MAX_CACHE_AGE_MS);
  await replayAlert(
    { stage, queueUrl: functionOf(outputs, "forward", "topics")?.replay?.queueUrl },
    timestamp + 1,
  );
  await eventually(
    () => logged("failing"),
    (count) => count >= 4,
  );
  await Promise.all([failing.stop(), gone.stop()]);
}

/** Sends an alert to the destination `failing` as a replay does. */
async function replayAlert(
  {
    stage,
    queueUrl,
  }: { readonly stage: TestStage["stage"]; readonly queueUrl: string | undefined },
  timestamp: number,
): Promise<void> {
  const event_type = "rmaker.event.alert" as const;
  const { topic } = catalogEntry(event_type);
  const body = JSON.stringify(alertOf("ann", timestamp));
  const delivery = { id: "replayed", sentAtMs: timestamp, topic, attributes: {}, body };
  const text = replayText({ job: "20261126-000000-0000", address: "failing" });
  const MessageAttributes = { [REPLAY_ATTRIBUTE]: { DataType: "String", StringValue: text } };
  const MessageBody = notificationText(delivery);
  await stage.clients.sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, MessageAttributes }),
  );
}

function alertOf(user_id: string, timestamp: number) {
  const event_data = { node_id: "n1", user_id, message_body: "Too hot" };
  return { event_type: "rmaker.event.alert" as const, timestamp, event_data };
}

function publishAlert(
  stage: TestStage["stage"],
  user_id: string,
  timestamp: number,
): Promise<void> {
  const { event_type, event_data } = alertOf(user_id, timestamp);
  return publishEvent(stage, event_type, event_data, timestamp);
}

/** Destinations, in tests of a whole stage. */
export const forwardingPlay: StagePlay = {
  play: forwardEvents,
  tests: updateTests,
  calls: {
    forward: [
      "dynamodb:BatchGetItem rainhooks-dev-filter-rules",
      "dynamodb:Query rainhooks-dev-attempts",
      "dynamodb:Query rainhooks-dev-node-status",
      "dynamodb:Scan rainhooks-dev-destinations",
      "dynamodb:UpdateItem rainhooks-dev-copies",
      "dynamodb:UpdateItem rainhooks-dev-destinations",
      "dynamodb:UpdateItem rainhooks-dev-rounds",
      "sqs:SendMessage rainhooks-dev-attempts",
      "sqs:SendMessage rainhooks-dev-forward-dead-letters",
      "sqs:SendMessage rainhooks-dev-retries",
    ],
    attempts: [
      "dynamodb:BatchWriteItem rainhooks-dev-attempts",
      "dynamodb:GetItem rainhooks-dev-destinations",
      "dynamodb:PutItem rainhooks-dev-audits",
      "dynamodb:Scan rainhooks-dev-destinations",
      "dynamodb:UpdateItem rainhooks-dev-destinations",
      "sqs:SendMessage rainhooks-dev-attempts-dead-letters",
      "sqs:SendMessage rainhooks-dev-retries",
    ],
    rounds: ["dynamodb:Scan rainhooks-dev-destinations"],
    retries: [
      "dynamodb:BatchWriteItem rainhooks-dev-attempts",
      "dynamodb:Query rainhooks-dev-attempts",
      "dynamodb:Scan rainhooks-dev-destinations",
      "dynamodb:UpdateItem rainhooks-dev-attempts",
      "dynamodb:UpdateItem rainhooks-dev-destinations",
      "sqs:SendMessage rainhooks-dev-retries",
    ],
  },
  rare: {
    // A first attempt claims nothing unless its message has waited for 15 seconds.
    attempts: [
      "dynamodb:Query rainhooks-dev-attempts",
      "dynamodb:UpdateItem rainhooks-dev-attempts",
    ],
    // A message that waits longer than a destination is cached is of another version of it.
    retries: ["dynamodb:GetItem rainhooks-dev-destinations"],
  },
};
