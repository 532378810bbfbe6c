import { randomUUID } from "node:crypto";
import { PublishCommand } from "@aws-sdk/client-sns";
import { shortType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { isDenied } from "../check.ts";
import type { Visit } from "../visit.ts";
import { trialDeliveries } from "./trial.ts";

/** The events of a trial. */
export interface Trial {
  readonly deliveries: readonly Delivery[];
  readonly startedMs: number;
  /** Why they were not published, but are given to the functions; absent if they were. */
  readonly unpublished?: string;
}

/** Publishes the events of a trial, if the caller may, and if nobody but the stage gets them. */
export async function beginTrial(visit: Visit): Promise<Trial> {
  const startedMs = Date.now();
  const deliveries = trialDeliveries(randomUUID, startedMs).filter(
    ({ attributes }) => topicArn(visit, attributes) !== undefined,
  );
  const unpublished = await whyNot(visit, deliveries);
  if (unpublished !== undefined) return { deliveries, startedMs, unpublished };
  try {
    const published = await Promise.all(deliveries.map((one) => publish(visit, one)));
    return { deliveries: published, startedMs };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { deliveries, startedMs, unpublished: "the caller may not publish to the topics" };
  }
}

async function whyNot(visit: Visit, deliveries: readonly Delivery[]): Promise<string | undefined> {
  if (visit.webhooks.some(([, one]) => one.function === undefined && one.delivery !== "firehose"))
    return "a webhook has a function that is not the stage's";
  for (const { attributes } of deliveries) {
    const all = await visit.subscriptionsOf(topicArn(visit, attributes) ?? "");
    if (all?.every(({ endpoint }) => nameIn(endpoint).startsWith(visit.prefix)) !== true)
      return "others than this stage would get them, too";
  }
  return undefined;
}

async function publish(visit: Visit, delivery: Delivery): Promise<Delivery> {
  const { attributes, body: Message } = delivery;
  const { MessageId: id = delivery.id } = await visit.stage.clients.sns.send(
    new PublishCommand({
      TopicArn: topicArn(visit, attributes),
      Message,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      ),
    }),
  );
  return { ...delivery, id };
}

function topicArn({ topics }: Visit, { event_type: type = "" }: Delivery["attributes"]): string | undefined {
  return topics[shortType(type)];
}

/** Returns the name of what an ARN is about. */
function nameIn(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf(":"), arn.lastIndexOf("/")) + 1);
}
