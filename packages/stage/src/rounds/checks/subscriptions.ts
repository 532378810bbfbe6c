import {
  AuthorizationErrorException,
  NotFoundException,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { mapLimited } from "@rainhooks/core/collections";
import type { RoundCheck } from "../round-check.ts";

/** Pages of a hundred subscriptions of a topic that are read at most. */
const MAX_PAGES = 100;
/** Topics that are asked about at once: SNS allows 30 calls a second in an account. */
const AT_ONCE = 4;

/**
 * That a topic does not send to a webhook any more. Of a topic of another account, or with very
 * many subscriptions, it cannot be known.
 */
export const subscriptionGone: RoundCheck = {
  name: "subscription-gone",
  level: "today",
  alarmOf: () => "subscription-gone",
  description:
    "A topic does not send to a webhook any more: somebody has deleted the subscription, and nothing else says so. Deploy the stage again, and replay what the webhook has missed.",
  toldWhen: "within an hour",
  isHourly: true,
  find: async ({ outputs: { rounds, region }, clients }) => {
    const { endpoints = [], topics = [] } = rounds?.subscriptions ?? {};
    const found = await mapLimited(topics, AT_ONCE, async ({ arn, to }) => {
      const there = await endpointNames(clients.snsOf(arn.split(":")[3] || region), arn);
      const topic = arn.split(":").at(-1) ?? arn;
      return to.flatMap((index) => {
        const queue = endpoints[index] ?? "";
        if (there === undefined || there.has(queue)) return [];
        return [{ id: `${queue}/${topic}`, text: `${topic} does not send to ${queue}.` }];
      });
    });
    return found.flat();
  },
};

/**
 * Returns the last parts of the ARNs that are subscribed to a topic; `undefined` if they cannot be
 * read.
 */
async function endpointNames(
  client: SNSClient,
  TopicArn: string,
): Promise<ReadonlySet<string> | undefined> {
  const names = new Set<string>();
  let pages = 0;
  try {
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client },
      { TopicArn },
    )) {
      for (const { SubscriptionArn = "", Endpoint = "" } of Subscriptions)
        if (SubscriptionArn.startsWith("arn:")) names.add(Endpoint.split(/[:/]/).at(-1) ?? "");
      pages += 1;
      if (pages === MAX_PAGES) return undefined;
    }
    return names;
  } catch (error) {
    if (error instanceof AuthorizationErrorException) return undefined;
    if (error instanceof NotFoundException) return new Set();
    throw error;
  }
}
