import { CATALOG } from "@rainhooks/core/catalog";
import { messageOf } from "@rainhooks/core/errors";
import { describeValue } from "@rainhooks/core/json";
import { mistakeText } from "@rainhooks/core/mistake";
import { parseTargets, targetNameOf } from "@rainhooks/extensions/forwarding/targets/target";
import { neoEvents } from "@rainhooks/extensions/neo/functions/neo-events/function";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import * as v from "valibot";
import { hasNotifications } from "../archive/view.ts";
import { type StageConfig, StageSchema } from "../config/config.ts";
import { arnParts } from "../config/formats.ts";
import { declaredOf } from "../destinations/declared-of.ts";
import { isDeployed, isOfParts } from "../function/deployed.ts";
import { iamPathOf, nameOf } from "../names.ts";
import { tagsOf } from "../provider.ts";
import { isNeo } from "../source.ts";
import { dataOwners } from "../stores/kept-data.ts";
import { topicName } from "../topics.ts";
import { MAX_BUDGET_EMAILS } from "../watching/budget.ts";
import { makesAttempts } from "../watching/forward-alarms.ts";
import { egressMistakes } from "./egress.ts";
import { functionMistakes } from "./functions.ts";
import { partMistakes } from "./parts.ts";

/**
 * Checks the configuration of a stage for values that its type allows but AWS would reject: first each field
 * by itself, then fields that must fit together.
 *
 * @throws {TypeError} with the name of the stage and all mistakes.
 */
export function checkStage(config: StageConfig, functions: readonly FunctionDefinition[]): void {
  const { issues = [] } = v.safeParse(StageSchema, config, { abortPipeEarly: true });
  const mistakes = issues.length > 0 ? issues.map(mistakeOf) : mistakesTogether(config, functions);
  if (mistakes.length > 0) throw new TypeError(`Stage ${config.name}: ${mistakes.join("; ")}.`);
}

function mistakeOf(issue: v.BaseIssue<unknown>): string {
  const value = issue.message.startsWith("must ") ? `, not ${describeValue(issue.input)}` : "";
  return `${v.getDotPath(issue) ?? "it"} ${issue.message}${value}`;
}

/** Returns what is wrong with fields that are right by themselves. */
function mistakesTogether(config: StageConfig, functions: readonly FunctionDefinition[]): string[] {
  return [
    ...productionMistakes(config),
    budgetMistake(config),
    ...partMistakes(config, functions),
    ...functionMistakes(config, functions),
    ...dataMistakes(config, functions),
    targetMistake(config),
    ...forwardMistakes(config, functions),
    ...sourceMistakes(config),
    ...destinationMistakes(config, functions),
    ...egressMistakes(config, functions),
    ...topicMistakes(config),
    ...tagMistakes(config),
    keyMistake(config),
    boundaryMistake(config),
  ].filter((mistake) => typeof mistake === "string");
}

function targetMistake({ targets = {} }: StageConfig): string | false {
  try {
    parseTargets(JSON.stringify(targets));
    return false;
  } catch (error) {
    return `targets: ${messageOf(error).replace(/\.$/, "")}`;
  }
}

function productionMistakes({ production, accountId, state, alarms = {} }: StageConfig): (string | false)[] {
  if (!production) return [];
  return [
    accountId === undefined &&
      "a production stage needs accountId, so that nothing is deployed to another account",
    state === "local" && "a production stage needs Terraform state in S3: set state to a bucket and a region",
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
 * Limits of tags. Source: AWS General Reference, "Tag naming limits and requirements"; three tags are the
 * stage's own.
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

/** Who deploys may change policies with names of the stage: one that limits them must not be among these. */
function boundaryMistake(config: StageConfig): string | false {
  const { permissionsBoundary = "" } = config.iam ?? {};
  const path = permissionsBoundary.replace(/^.*:policy/, "");
  const isOwn = path.startsWith(iamPathOf(config)) || path.includes(`/${nameOf(config, "")}`);
  return (
    isOwn &&
    `iam.permissionsBoundary ${permissionsBoundary} has a name of the stage itself, whose policies its deployer may change: take one that does not begin with ${nameOf(config, "")}, outside ${iamPathOf(config)}`
  );
}

/** Returns what is wrong with how a stage keeps its data: archive, tables, what is dropped. */
function dataMistakes(config: StageConfig, functions: readonly FunctionDefinition[]): (string | false)[] {
  return [...dropMistakes(config, functions), ...archiveMistakes(config)];
}

function dropMistakes(config: StageConfig, functions: readonly FunctionDefinition[]): string[] {
  const { dropData = [], production } = config;
  // Terraform's own protection ends with the resource's configuration.
  if (production && dropData.length > 0)
    return ["dropData is not allowed in a production stage: deploy it with production: false first"];
  const owners = dataOwners(functions);
  return dropData.flatMap((name) => {
    const owner = owners.find((one) => one.name === name);
    if (owner === undefined)
      return [`dropData: unknown function ${name} (known: ${owners.map((one) => one.name).join(", ")})`];
    if (!isOfParts(config, owner))
      return [`dropData: parts has no ${owner.part}, so ${name} has no data to drop`];
    if (!isDeployed(config, owner)) return [];
    return [
      `dropData: ${name} is deployed and needs its data; set functions.${name}.deployed to false first`,
    ];
  });
}

function archiveMistakes(config: StageConfig): (string | false)[] {
  const { archive = {}, production } = config;
  const { coolAfterDays = 30, freezeAfterDays = 90 } = archive;
  return [
    hasNotifications(config) &&
      (archive.format === "parquet" || archive.partitionByTopic === true) &&
      "archive.format parquet and archive.partitionByTopic need the lines that a function writes: they cannot be used with delivery firehose, nor with archive.notifications",
    production &&
      archive.forceDestroy === true &&
      "archive.forceDestroy is not allowed in a production stage",
    freezeAfterDays < coolAfterDays + 30 &&
      "archive.freezeAfterDays must be at least 30 more than archive.coolAfterDays",
  ];
}

/** Returns what is wrong with the destinations that a stage declares. */
function destinationMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  if (config.destinations === undefined) return [];
  const { items, mistakes } = declaredOf(config);
  const targets = Object.keys(config.targets ?? {});
  const unknown = items.flatMap(({ id, url }) => {
    const target = targetNameOf(url?.S ?? "");
    return target === undefined || targets.includes(target)
      ? []
      : [`destinations.${id?.S}.target: there is no target ${target} in targets`];
  });
  return [
    !functions.some((one) => isDeployed(config, one) && makesAttempts(one)) &&
      "destinations has no effect: no function that makes attempts is deployed",
    ...mistakes.map((mistake) => mistakeText(mistake).replace(/\.$/, "")),
    ...unknown,
  ];
}

/** Returns what is wrong with the thresholds of the alarms about destinations. */
function forwardMistakes(config: StageConfig, functions: readonly FunctionDefinition[]): (string | false)[] {
  if (config.forward === undefined) return [];
  const deployed = functions.filter((one) => isDeployed(config, one));
  return [
    !deployed.some(makesAttempts) && "forward has no effect: no function that makes attempts is deployed",
  ];
}

/** Returns what is wrong with fields that fit only one of the sources of events. */
function sourceMistakes(config: StageConfig): string[] {
  const { topics, functions = {} } = config;
  const filtered = Object.keys(functions).filter((name) => functions[name]?.filterPolicy !== undefined);
  const mistakes = isNeo(config)
    ? [
        topics !== undefined && "topics has no effect with the source neo: the stage makes its topics itself",
        ...filtered.map(
          (name) =>
            `functions.${name}.filterPolicy: with the source neo, messages of AWS IoT have no attributes, and none of them would pass`,
        ),
      ]
    : [neoEvents.name in functions && `functions.${neoEvents.name} has no effect without the source neo`];
  return [
    ...mistakes,
    isNeo(config) &&
      functions[neoEvents.name]?.deployed === false &&
      `functions.${neoEvents.name}.deployed: with the source neo, parameters and readings come through it`,
  ].filter((mistake) => typeof mistake === "string");
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
