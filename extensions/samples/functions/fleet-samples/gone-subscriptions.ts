import {
  AuthorizationErrorException,
  NotFoundException,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import type { Subscriptions } from "@rainhooks/webhook/resources";

/** Pages of a hundred subscriptions of a topic that are read at most. */
const MAX_PAGES = 100;

/** What has become of the subscriptions of a stage. */
export interface LookedForSubscriptions {
  /** Those that are gone, such as `rainhooks-prod-archive of arn:aws:sns:…`. */
  readonly gone: readonly string[];
  /**
   * ARNs of topics of which it cannot be known: they are of another account, or have too many
   * subscriptions.
   */
  readonly unknown: readonly string[];
}

/**
 * Looks for the subscriptions that a stage has made.
 *
 * @param made JSON of {@link Subscriptions}, as the function has it in its environment.
 * @param clientOf Returns the client of a region: topics can be in another one than the stage.
 * @throws what SNS throws, but for a topic about which it must not be asked.
 */
export async function lookForSubscriptions(
  made: string,
  clientOf: (region: string) => SNSClient,
): Promise<LookedForSubscriptions> {
  const { endpoints, topics }: Subscriptions = JSON.parse(made);
  const [gone, unknown]: [string[], string[]] = [[], []];
  for (const [arn, subscribed] of Object.entries(topics)) {
    const there = await endpointNames(clientOf(arn.split(":")[3] ?? ""), arn);
    if (there === undefined) unknown.push(arn);
    else
      gone.push(
        ...subscribed
          .map((index) => endpoints[index] ?? "")
          .filter((name) => !there.has(name))
          .map((name) => `${name} of ${arn}`),
      );
  }
  return { gone, unknown };
}

/**
 * Returns the last parts of the ARNs that are subscribed to a topic; `undefined` if they cannot be
 * read.
 */
async function endpointNames(
  client: SNSClient,
  TopicArn: string,
): Promise<Set<string> | undefined> {
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
