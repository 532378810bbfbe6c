import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { PublishCommand } from "@aws-sdk/client-sns";
import { catalogEntry, type EventType, shortType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { SECOND_MS } from "@rainhooks/core/durations";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { isDenied } from "../check.ts";
import type { Visit, VisitedWebhook } from "../visit.ts";

/** The series with the reading of a trial. */
export const TRIAL_SERIES = "Trial.value";

/** The events of a trial. */
export interface Trial {
  readonly deliveries: readonly Delivery[];
  readonly startedMs: number;
  /** Why they were not published, but are given to the functions; absent if they were. */
  readonly unpublished?: string;
}

/** What a run has sent, and where it has seen it: nothing else is taken out again. */
export interface Traces {
  /** Ids of deliveries. */
  readonly ids: Set<string>;
  /** Those in the objects of the archive that were read, by their keys. */
  readonly objects: Map<string, readonly string[]>;
}

/** Publishes the events of a trial, if the caller may, and if nobody but the stage gets them. */
export async function beginTrial(visit: Visit, { ids }: Pick<Traces, "ids">): Promise<Trial> {
  const startedMs = Date.now();
  const t = Math.floor(startedMs / SECOND_MS);
  const ts_data = [{ name: TRIAL_SERIES, dt: "int", records: [{ t, v: 1 }] }];
  const connectivity = { connected: true, timestamp: startedMs };
  const all = [
    deliveryOf("rmaker.event.node_connected", startedMs, { connectivity }),
    deliveryOf("rmaker.event.node_ts_data", startedMs, { ts_data }),
  ];
  const deliveries = all.filter((one) => topicOf(visit, one) !== undefined);
  // A function can get them by an invocation.
  for (const { id } of deliveries) ids.add(id);
  const unpublished = await whyNot(visit, deliveries);
  if (unpublished !== undefined) return { deliveries, startedMs, unpublished };
  try {
    return {
      startedMs,
      deliveries: await Promise.all(deliveries.map((one) => publish(visit, one, ids))),
    };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { deliveries, startedMs, unpublished: "the caller may not publish to the topics" };
  }
}

/** Makes a delivery, as SNS does when an event is published. Source of the form: docs/events.md. */
function deliveryOf(event_type: EventType, timestamp: number, data: object): Delivery {
  const event_data = { node_id: TRIAL_NODE, ...data };
  return {
    id: randomUUID(),
    sentAtMs: timestamp,
    topic: catalogEntry(event_type).topic,
    attributes: { event_type, node_id: TRIAL_NODE },
    body: JSON.stringify({ event_type, timestamp, event_data }),
  };
}

async function whyNot(visit: Visit, deliveries: readonly Delivery[]): Promise<string | undefined> {
  if (visit.webhooks.some((one) => one.function === undefined))
    return "a webhook has a function that is not the stage's";
  for (const one of deliveries) {
    const all = (await visit.subscriptionsOf(topicOf(visit, one) ?? "")) ?? [];
    if (all.some(({ endpoint }) => !(endpoint.split(/[:/]/).at(-1) ?? "").startsWith(visit.prefix)))
      return "others than this stage would get them, too";
  }
  return undefined;
}

async function publish(visit: Visit, delivery: Delivery, ids: Set<string>): Promise<Delivery> {
  const attributes = Object.entries(delivery.attributes).map(
    ([name, StringValue]) => [name, { DataType: "String", StringValue }] as const,
  );
  const { MessageId: id = delivery.id } = await visit.stage.clients.sns.send(
    new PublishCommand({
      TopicArn: topicOf(visit, delivery),
      Message: delivery.body,
      MessageAttributes: Object.fromEntries(attributes),
    }),
  );
  ids.add(id);
  return { ...delivery, id };
}

function topicOf({ topics }: Visit, { attributes }: Delivery): string | undefined {
  return topics[shortType(attributes["event_type"] ?? "")];
}

/**
 * Gives the events of a trial to a function; returns why it cannot handle them, `undefined` if it
 * can.
 */
export async function invoke(
  visit: Visit,
  { function: FunctionName, queueUrl }: VisitedWebhook,
  { deliveries }: Trial,
): Promise<string | undefined> {
  const client = await visit.lambda();
  const { QueueArn = "" } = await visit.queueOf(queueUrl);
  const Records = deliveries.map((one) => fromSqs(one, QueueArn));
  const Payload = JSON.stringify({ Records });
  const invoked = await client.send(new InvokeCommand({ FunctionName, Payload, LogType: "Tail" }));
  const reply = tryParseJson(invoked.Payload?.transformToString() ?? "");
  const { errorMessage = invoked.FunctionError, batchItemFailures = [] } = isJsonObject(reply)
    ? reply
    : {};
  if (invoked.FunctionError !== undefined) return `its function throws: ${errorMessage}`;
  const reason = reasonIn(Buffer.from(invoked.LogResult ?? "", "base64").toString("utf8"));
  return reason ?? (JSON.stringify(batchItemFailures) === "[]" ? undefined : "its log says why");
}

function fromSqs(delivery: Delivery, eventSourceARN: string): object {
  return {
    messageId: delivery.id,
    receiptHandle: "none",
    eventSource: "aws:sqs",
    eventSourceARN,
    body: notificationText(delivery),
    messageAttributes: {},
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: String(delivery.sentAtMs) },
  };
}

/** Returns why the events of a trial have not come to a store. */
export async function causeOf(
  visit: Visit,
  webhook: VisitedWebhook,
  trial: Trial,
): Promise<string> {
  if (webhook.paused === true) return "it is paused";
  const { local } = visit.stage;
  if (local === undefined && webhook.function !== undefined)
    return (
      (await invoke(visit, webhook, trial)) ??
      `its function takes them if it is invoked, so ${ELSEWHERE}`
    );
  const path = join(local?.dataDir ?? "", "logs", `${webhook.name}.log`);
  const log = local === undefined ? "" : await readFile(path, "utf8").catch(() => "");
  return reasonIn(log, trial.startedMs) ?? `it says nothing of them, so ${ELSEWHERE}`;
}

const ELSEWHERE = "they are lost before or refused: see above";

/** Returns the last error in the log of a function, since a time in epoch milliseconds. */
function reasonIn(log: string, sinceMs = 0): string | undefined {
  const last = log
    .split("\n")
    .map((line) => tryParseJson(line))
    .filter(isJsonObject)
    .findLast(({ error, time }) => isJsonObject(error) && Date.parse(String(time)) >= sinceMs);
  const error = last?.["error"];
  return isJsonObject(error) ? `${error["code"]}: ${error["message"]}` : undefined;
}
