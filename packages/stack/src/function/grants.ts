import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { EventType } from "@rainhooks/core/catalog";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { TableUse } from "@rainhooks/dynamodb/table-use";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import type { DeployedNames } from "@rainhooks/webhook/environment";
import type {
  ArchivedUse,
  ArchiveUse,
  Resource,
  StageUse,
  TargetsUse,
} from "@rainhooks/webhook/resources";
import { nameOf, type StackConfig } from "../config/config.ts";
import type { Statement } from "../policy.ts";
import type { StackTargets } from "../stack-part.ts";

const QUERY = "dynamodb:Query";

/** Where the resources of a stage's functions are. */
export interface ResourceLookup {
  /** ARN of a table or stream, by its name within the stage. */
  readonly resourceArn: (name: string) => string;
  /** The queue of a worker or a webhook, by its name; `undefined` if the stage has none. */
  readonly queueOf: (worker: string) => SqsQueue | undefined;
  /** ARN of the topic of an event that the stage derives. */
  readonly topicArnOf: (event: EventType) => string;
  /** ARN of a resource in the stage's account and region. */
  readonly arnOf: (service: string, resource: string) => string;
  /** ARN of all secret parameters of a name within the stage. */
  readonly parametersArn: (name: string) => string;
  /** The tables that the stage has for a description. */
  readonly deployedTables: (table: TableDescription) => readonly TableDescription[];
  readonly targets: StackTargets;
  /** Event types of which every event is in the archive of the stage. */
  readonly archived: readonly EventType[];
  /** Bucket of the stage's archive; absent if it has none. */
  readonly archiveBucket: S3Bucket | undefined;
  /** Name of the SSM parameter with the outputs of the stage. */
  readonly stageOutputs: string;
  /** Whether the stage has rounds. */
  readonly hasRounds: boolean;
  /** What a function may do that looks at all of the stage. */
  readonly stageStatements: readonly Statement[];
}

/** Returns the deployed names that a function needs, but those of its own queues. */
export function namesIn(config: StackConfig, places: ResourceLookup): DeployedNames {
  const { queueOf, topicArnOf, targets, archived, archiveBucket } = places;
  const { stageOutputs, hasRounds } = places;
  return {
    stage: config.name,
    ...(config.integration === undefined ? {} : { integration: config.integration }),
    resourceName: (name) => nameOf(config, name),
    queueUrlOf: (name) => queueOf(name)?.id,
    topicArnOf,
    targets: targets.arns,
    archived,
    archiveBucket: archiveBucket?.bucket,
    stageOutputs,
    hasRounds,
  };
}

/** Returns the permissions of a function on its resources: only the actions in its definition. */
export function resourceGrants(
  { resources }: Pick<FunctionDefinition, "resources">,
  places: ResourceLookup,
): Statement[] {
  return Object.values(resources).flatMap((resource) => {
    if (resource.kind === "archived") return [];
    if (resource.kind === "stage") return [...places.stageStatements];
    if (resource.kind === "targets") return [...places.targets.statements];
    if (resource.kind === "archive") return archiveGrants(resource, places.archiveBucket);
    if (resource.kind === "table") return tableGrants(resource, places);
    const resources = arnsOf(resource, places);
    // A queue that the stage does not have.
    if (resources.length === 0) return [];
    return [
      {
        actions: resource.actions,
        resources,
        ...(resource.kind === "parameters"
          ? { wildcard: "the parameters are made while the stage runs" }
          : {}),
      },
    ];
  });
}

const UPDATE = "dynamodb:UpdateItem";

/**
 * What a function changes only in part it may change only so far. Source: DynamoDB developer guide,
 * "Using IAM policy conditions for fine-grained access control".
 */
export function tableGrants(use: TableUse, places: ResourceLookup): Statement[] {
  const { actions, table, updates } = use;
  const resources = arnsOf(use, places);
  const indexes = indexGrants(use, places);
  if (updates === undefined) return [{ actions, resources }, ...indexes];
  const keys = [table.partitionKey, ...(table.sortKey === undefined ? [] : [table.sortKey])];
  const names = keys.map(({ name }) => name);
  const conditions = {
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [updates.keys] },
    ...(updates.attributes === undefined
      ? {}
      : {
          "ForAllValues:StringEquals": { "dynamodb:Attributes": [...names, ...updates.attributes] },
          StringEqualsIfExists: { "dynamodb:ReturnValues": "NONE" },
        }),
  };
  const others = actions.filter((action) => action !== UPDATE);
  return [
    ...(others.length === 0 ? [] : [{ actions: others, resources }]),
    { actions: [UPDATE], resources, conditions },
    ...indexes,
  ];
}

/**
 * Every object may be read, and those in the folder of the function written and deleted. What may
 * list the bucket learns of an object that does not exist any more; otherwise S3 only says that
 * access is denied. Source: Amazon S3 API reference, "GetObject".
 */
function archiveGrants({ env, folder }: ArchiveUse, bucket: S3Bucket | undefined): Statement[] {
  if (bucket === undefined)
    throw new TypeError(`The stack has no archive, whose bucket ${env} names.`);
  const { arn } = bucket;
  return [
    {
      actions: ["s3:GetObject"],
      resources: [`${arn}/*`],
      wildcard: "objects are named by Firehose",
    },
    {
      actions: ["s3:DeleteObject", "s3:PutObject"],
      resources: [`${arn}/${folder}/*`],
      wildcard: "objects have random names",
    },
    { actions: ["s3:ListBucket"], resources: [arn] },
  ];
}

function arnsOf(
  resource: Exclude<Resource, TargetsUse | ArchivedUse | ArchiveUse | StageUse>,
  { resourceArn, deployedTables, queueOf, topicArnOf, parametersArn }: ResourceLookup,
): string[] {
  switch (resource.kind) {
    case "table":
      return deployedTables(resource.table).map(({ name }) => resourceArn(name));
    case "stream":
      return [resourceArn(resource.stream.name)];
    case "queue":
      return [queueOf(resource.queue)].flatMap((queue) => queue?.arn ?? []);
    case "topic":
      return [topicArnOf(resource.event)];
    case "parameters":
      return [parametersArn(resource.parameters)];
  }
}

/**
 * A function that may query a table may also query its indexes, which are separate resources in
 * IAM, unless it names those that it queries.
 */
function indexGrants(
  resource: TableUse,
  { resourceArn, deployedTables }: ResourceLookup,
): Statement[] {
  if (!resource.actions.includes(QUERY)) return [];
  const { indexes: all = [] } = resource.table;
  const { indexes = all.map((index) => index.name) } = resource;
  if (indexes.length === 0) return [];
  const tables = deployedTables(resource.table).map(({ name }) => resourceArn(name));
  const resources = tables.flatMap((arn) => indexes.map((index) => `${arn}/index/${index}`));
  return [{ actions: [QUERY], resources }];
}
