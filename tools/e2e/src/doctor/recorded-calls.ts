import type { SNSClient } from "@aws-sdk/client-sns";

/** A call of a client of AWS, as an action of IAM on a resource. */
export interface SentCall {
  readonly action: string;
  readonly resource: string;
}

type Input = Readonly<Record<string, unknown>>;
type Send = (
  this: { config: { serviceId?: string } },
  command: object,
  ...rest: unknown[]
) => unknown;

/** Actions whose names are not those of their commands. Source: service authorization reference. */
const ACTIONS: Readonly<Record<string, string>> = {
  ListObjectsV2: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
  Invoke: "InvokeFunction",
};

/**
 * Records what all clients of AWS in this process send from now on.
 *
 * @param client Any of them: what they have in common is watched.
 * @returns The calls, which others are added to.
 */
export function recordSentCalls(client: SNSClient): readonly SentCall[] {
  const calls: SentCall[] = [];
  const common: { send: Send } = Object.getPrototypeOf(Object.getPrototypeOf(client));
  const send = common.send;
  common.send = function (command, ...rest) {
    const name = command.constructor.name.replace(/Command$/, "");
    const input: Input = "input" in command ? (command.input as Input) : {};
    const service = String(this.config.serviceId).toLowerCase();
    calls.push(
      ...resourcesOf(input).map((resource) => ({
        action: actionOf(service, name, input),
        resource,
      })),
    );
    return send.call(this, command, ...rest);
  };
  return calls;
}

function actionOf(service: string, name: string, { VersionId }: Input): string {
  const version = service === "s3" && VersionId !== undefined ? "Version" : "";
  const action = ACTIONS[name] ?? name.replace(/^(\w+Message(?:Visibility)?)Batch$/, "$1");
  return `${service}:${action}${version}`;
}

function resourcesOf({
  TopicArn,
  SubscriptionArn,
  QueueUrl,
  TableName,
  RequestItems,
  Bucket,
  Key,
  ...input
}: Input): string[] {
  const arn = (service: string, resource: unknown) =>
    `arn:aws:${service}:us-east-1:123456789012:${String(resource)}`;
  if (typeof TopicArn === "string") return [TopicArn];
  // IAM allows it for the topic.
  if (typeof SubscriptionArn === "string")
    return [SubscriptionArn.slice(0, SubscriptionArn.lastIndexOf(":"))];
  if (typeof QueueUrl === "string")
    return [arn("sqs", QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1))];
  if (TableName !== undefined) return [arn("dynamodb", `table/${TableName}`)];
  if (typeof RequestItems === "object" && RequestItems !== null)
    return Object.keys(RequestItems).map((table) => arn("dynamodb", `table/${table}`));
  if (Bucket !== undefined) return [`arn:aws:s3:::${Bucket}${Key === undefined ? "" : `/${Key}`}`];
  if (input["AlarmName"] !== undefined) return [arn("cloudwatch", `alarm:${input["AlarmName"]}`)];
  const name = input["FunctionName"];
  return [name === undefined ? "*" : arn("lambda", `function:${name}`)];
}
