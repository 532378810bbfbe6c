import { CATALOG } from "@rainhooks/core/catalog";
import { nameOf, type StackConfig } from "../config/config.ts";
import type { Statement } from "../policy.ts";
import { type EventSources, isStageTopic } from "../sources.ts";
import { stageTopicName, topicName } from "../topics.ts";

/** A statement of an identity-based policy that somebody attaches by hand. */
export interface PolicyStatement {
  /** What the statement is for. */
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: NonNullable<Statement["conditions"]>;
  /** Only in the policy of a key. */
  readonly Principal?: { readonly Service: string };
}

/** The JSON of a policy. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly (PolicyStatement & { readonly Effect: "Allow" })[];
}

/** Calls such as `sqs: DeleteMessage SendMessage`, and what they are allowed on. */
type AllowedCalls = readonly [
  sid: string,
  calls: string,
  on: readonly string[],
  condition?: PolicyStatement["Condition"],
];

/** Returns a statement for each row that is about something. */
export function statementsOf(rows: readonly AllowedCalls[]): PolicyStatement[] {
  return rows.flatMap(([Sid, calls, Resource, Condition]) =>
    Resource.length === 0
      ? []
      : [
          {
            Sid,
            Action: callsIn(calls),
            Resource,
            ...(Condition === undefined ? {} : { Condition }),
          },
        ],
  );
}

/**
 * Returns the calls of a text such as `sqs: CreateQueue DeleteQueue` with the name of their
 * service.
 */
export function callsIn(text: string): string[] {
  const [service = "", ...names] = text.split(/:?\s+/);
  return names.map((name) => `${service}:${name}`);
}

/**
 * Maximum size of a managed policy without white space. Source: IAM user guide, "IAM and AWS STS
 * quotas".
 */
const MAX_CHARACTERS = 6144;

/** Returns policies with these statements: as few as fit into the size of a managed policy. */
export function documents(statements: readonly PolicyStatement[]): PolicyDocument[] {
  const all: PolicyDocument[] = [];
  for (const statement of statements) {
    const last = all.at(-1);
    const joined = documentOf([
      ...(last?.Statement ?? []),
      { ...statement, Effect: "Allow" as const },
    ]);
    if (last !== undefined && JSON.stringify(joined).length <= MAX_CHARACTERS)
      all[all.length - 1] = joined;
    else all.push(documentOf([{ ...statement, Effect: "Allow" as const }]));
  }
  return all;
}

function documentOf(Statement: PolicyDocument["Statement"]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}

/** Returns the permissions on the key of a stage, if it has one. */
export function keyFor(
  { kmsKeyArn }: StackConfig,
  task: string,
  Action: readonly string[],
): PolicyStatement[] {
  return kmsKeyArn === undefined ? [] : [{ Sid: `UseKeyTo${task}`, Action, Resource: [kmsKeyArn] }];
}

/** Makes ARNs of a stage's account and region. */
export type ArnMaker = ReturnType<typeof arnMaker>;

/** Returns the maker of a stage's ARNs. Without `accountId`, they are of any account. */
export function arnMaker(config: StackConfig) {
  const { region, accountId: account = "*" } = config;
  const partition = partitionOf(region);
  const of = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  return {
    partition,
    account,
    of,
    /** Tables and queues by their names within the stage. */
    table: (name: string) => of("dynamodb", `table/${nameOf(config, name)}`),
    queue: (name: string) => of("sqs", nameOf(config, name)),
    /** Of a service that has no regions. */
    global: (service: string, resource: string) =>
      `arn:${partition}:${service}::${account}:${resource}`,
    /** A bucket or its objects, whose ARN has neither region nor account. */
    bucket: (name: string) => `arn:${partition}:s3:::${name}`,
  };
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** Returns the ARNs of the topics of a stage. */
export function topicArnsOf(
  config: StackConfig,
  arns: ArnMaker,
  sources: Pick<EventSources, "makesTopics">,
): string[] {
  const { topics = {} } = config;
  const ofEvents = CATALOG.map(({ type }) =>
    isStageTopic(sources, type)
      ? arns.of("sns", stageTopicName(config, type))
      : (topics.arns?.[type] ?? arns.of("sns", topicName(topics, type))),
  );
  return [...ofEvents, ...(topics.extra ?? []).map((name) => arns.of("sns", name))];
}
