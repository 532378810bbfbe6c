import { CATALOG } from "@rainhooks/core/catalog";
import { ArchiveSchema } from "@rainhooks/stack/config/archive";
import { iamPathOf, nameOf } from "@rainhooks/stack/config/config";
import { arnParts, complete } from "@rainhooks/stack/config/values";
import { isOfParts } from "@rainhooks/stack/function/deployment";
import { topicName } from "@rainhooks/stack/topics";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { streamsOf } from "@rainhooks/webhook/resources";
import { isDeployed, type StageConfig, StageSchema, sends } from "../config.ts";
import { PARTS } from "../parts.ts";
import { tagsOf } from "../provider.ts";
import { dataOwners } from "../stores/stage-data.ts";
import { MAX_BUDGET_EMAILS } from "../watching/budget.ts";
import { functionMistakes } from "./functions.ts";
import { loopMistakes } from "./loops.ts";
import { type LastDeployment, unknownData } from "./lost-data.ts";
import { partMistakes, partsOf } from "./parts.ts";

/**
 * Checks the configuration of a stage for values that its type allows but AWS would reject: first
 * each field by itself, then fields that must fit together.
 *
 * @param last What its last deployment has made, if that is known.
 * @throws {TypeError} with the name of the stage and all mistakes.
 */
export function checkStage(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
  last?: LastDeployment,
): void {
  const single = StageSchema.check(config, "");
  const mistakes = single.length > 0 ? single : mistakesTogether(config, functions, last);
  if (mistakes.length > 0) throw new TypeError(`Stage ${config.name}: ${mistakes.join("; ")}.`);
}

/** Returns what is wrong with fields that are right by themselves. */
function mistakesTogether(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
  last: LastDeployment | undefined,
): string[] {
  const deployed = functions.filter((one) => isDeployed(config, one));
  return [
    ...productionMistakes(config),
    budgetMistake(config),
    ...partMistakes(config, functions),
    ...functionMistakes(config, functions),
    ...loopMistakes(functions),
    ...dropMistakes(config, functions, last),
    ...archiveMistakes(config, functions),
    ...PARTS.flatMap((part) => part.mistakes?.(config, { functions, deployed }) ?? []),
    ...egressMistakes(config, functions),
    ...topicMistakes(config),
    ...tagMistakes(config),
    keyMistake(config),
    boundaryMistake(config),
  ].filter((mistake) => typeof mistake === "string");
}

function productionMistakes({
  production,
  accountId,
  state,
  alarms = {},
}: StageConfig): (string | false)[] {
  if (!production) return [];
  return [
    accountId === undefined &&
      "a production stage needs accountId, so that nothing is deployed to another account",
    state === "local" &&
      "a production stage needs Terraform state in S3: set state to a bucket and a region",
    (alarms.emails ?? []).length === 0 &&
      alarms.topicArn === undefined &&
      "a production stage needs alarms that reach somebody: set alarms.emails or alarms.topicArn",
  ];
}

function budgetMistake({ alarms: { emails = [], monthlyUsd } = {} }: StageConfig): string | false {
  const isHeard = emails.length > 0 && emails.length <= MAX_BUDGET_EMAILS;
  return (
    monthlyUsd !== undefined &&
    !isHeard &&
    `alarms.monthlyUsd: a budget needs 1 to ${MAX_BUDGET_EMAILS} alarms.emails`
  );
}

/**
 * Limits of tags. Source: AWS General Reference, "Tag naming limits and requirements"; three tags
 * are the stage's own.
 */
const MAX_TAGS = 47;
const SET_BY_STAGE = Object.keys(tagsOf("any"));

function tagMistakes({ tags = {} }: StageConfig): (string | false)[] {
  return [
    Object.keys(tags).length > MAX_TAGS && `tags must be up to ${MAX_TAGS}`,
    ...Object.entries(tags).flatMap(([key, value]) => [
      SET_BY_STAGE.includes(key) && `tags.${key}: the stage sets this tag itself`,
      !/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu.test(key) &&
        `tags.${key}: a tag's name has 1 to 128 letters, digits, spaces and _.:/=+-@, and does not begin with aws:`,
      !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value) &&
        `tags.${key}: a tag's value has up to 256 letters, digits, spaces and _.:/=+-@`,
    ]),
  ];
}

function keyMistake({ region, kmsKeyArn }: StageConfig): string | false {
  const key = kmsKeyArn === undefined ? undefined : arnParts(kmsKeyArn);
  return (
    kmsKeyArn !== undefined &&
    !(key?.service === "kms" && key.region === region && key.resource.startsWith("key/")) &&
    `kmsKeyArn ${kmsKeyArn} is not the ARN of a KMS key in ${region}, such as arn:aws:kms:${region}:123456789012:key/…`
  );
}

/**
 * Who deploys may change policies with names of the stage: one that limits them must not be among
 * these.
 */
function boundaryMistake(config: StageConfig): string | false {
  const { permissionsBoundary = "" } = config.iam ?? {};
  const path = permissionsBoundary.replace(/^.*:policy/, "");
  const isOwn = path.startsWith(iamPathOf(config)) || path.includes(`/${nameOf(config, "")}`);
  return (
    isOwn &&
    `iam.permissionsBoundary ${permissionsBoundary} has a name of the stage itself, whose policies its deployer may change: take one that does not begin with ${nameOf(config, "")}, outside ${iamPathOf(config)}`
  );
}

/**
 * What is dropped: data of a function, of a part that is left out, or a table that the code does
 * not know.
 */
function dropMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
  last: LastDeployment | undefined,
): string[] {
  const { dropData = [], production } = config;
  // Terraform's own protection ends with the resource's configuration.
  if (production && dropData.length > 0)
    return [
      "dropData is not allowed in a production stage: deploy it with production: false first",
    ];
  const owners = dataOwners(functions);
  const parts = partsOf(functions);
  const unknown = unknownData(last, functions, config);
  return dropData.flatMap((name) => {
    const isLeftOut = parts.includes(name) && !isOfParts(config, { part: name });
    if (isLeftOut || unknown.includes(name)) return [];
    const owner = owners.find((one) => one.name === name);
    if (owner === undefined && parts.includes(name))
      return [`dropData: ${name} is a part of the stage; take it out of parts first`];
    if (owner === undefined)
      return [
        `dropData: ${name} is no function with data (known: ${owners.map((one) => one.name).join(", ")}), no part, and no table of the last deployment that is gone from the code`,
      ];
    if (!isOfParts(config, owner))
      return [
        `dropData: parts has no ${owner.part}, so ${name} has no data to drop; name ${owner.part} for those of the last deployment`,
      ];
    if (!isDeployed(config, owner)) return [];
    return [
      `dropData: ${name} is deployed and needs its data; set functions.${name}.deployed to false first`,
    ];
  });
}

function archiveMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  const { production, dropData = [] } = config;
  const hasArchive = functions.some(
    (one) => isOfParts(config, one) && !dropData.includes(one.name) && streamsOf(one).length > 0,
  );
  const archive = complete(ArchiveSchema, config.archive);
  const { coolAfterDays, freezeAfterDays } = archive;
  return [
    hasArchive &&
      archive.firstDay === undefined &&
      "archive.firstDay is missing: set it to the day of the first deployment in UTC, such as 2026-11-25; Athena looks in no earlier folder",
    production &&
      archive.forceDestroy === true &&
      "archive.forceDestroy is not allowed in a production stage",
    freezeAfterDays < coolAfterDays + 30 &&
      "archive.freezeAfterDays must be at least 30 more than archive.coolAfterDays",
  ];
}

/** Returns what is wrong with topics of a stage that must fit together. */
function topicMistakes({ topics = {} }: StageConfig): (string | false)[] {
  const { names = {}, arns = {}, extra = [] } = topics;
  return [
    ...extra.flatMap((name, index) => [
      extra.indexOf(name) < index && `topics.extra has ${name} twice`,
      CATALOG.some(({ type }) => topicName(topics, type) === name) &&
        `topics.extra: ${name} is the topic of an event already`,
    ]),
    ...Object.keys(arns).map(
      (event) => event in names && `topics has both a name and an ARN for ${event}; remove one`,
    ),
  ];
}

/** Returns what is wrong with the functions that connect from a network. */
function egressMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  const { egress } = config;
  if (egress === undefined) return [];
  const deployed = functions.filter((one) => isDeployed(config, one));
  const names = deployed.map(({ name }) => name);
  const unknown = (egress.functions ?? []).filter((name) => !names.includes(name));
  return [
    ...unknown.map(
      (name) => `egress.functions: no function ${name} is deployed (deployed: ${names.join(", ")})`,
    ),
    !deployed.some(sends) &&
      (egress.functions ?? []).length === 0 &&
      "egress has no effect: no function that makes attempts is deployed, and egress.functions names none",
  ];
}
