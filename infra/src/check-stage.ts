import { isStageName } from "@rainhooks/stage/outputs";
import { VARIABLES } from "@rainhooks/webhook/environment";
import { isLogLevel, LOG_LEVELS } from "@rainhooks/webhook/log-level";
import type { StageConfig, WebhookOverride } from "./config.ts";

/**
 * Checks the configuration of a stage for values that its type allows but AWS would reject.
 *
 * @throws {TypeError} with the name of the stage and all mistakes.
 */
export function checkStage(config: StageConfig, webhookNames: readonly string[]): void {
  const mistakes = [
    ...nameMistakes(config),
    ...Object.keys(config.webhooks ?? {})
      .filter((name) => !webhookNames.includes(name))
      .map((name) => `unknown webhook ${name} (known: ${webhookNames.join(", ")})`),
    ...dropMistakes(config, webhookNames),
    ...numberMistakes(config),
    ...textMistakes(config),
    ...Object.entries(config.webhooks ?? {}).flatMap(([name, override]) => overrideMistakes(name, override)),
  ];
  if (mistakes.length > 0) throw new TypeError(`Stage ${config.name}: ${mistakes.join("; ")}.`);
}

function dropMistakes({ dropData = [], webhooks = {} }: StageConfig, known: readonly string[]): string[] {
  return dropData.flatMap((name) => {
    if (!known.includes(name)) return [`dropData: unknown webhook ${name} (known: ${known.join(", ")})`];
    return webhooks[name]?.deployed === false
      ? []
      : [`dropData: ${name} is deployed and needs its data; set webhooks.${name}.deployed to false first`];
  });
}

function overrideMistakes(name: string, override: WebhookOverride): string[] {
  const { memoryMiB, timeoutS } = override;
  const mistakes = [
    memoryMiB !== undefined &&
      !isIntegerIn(memoryMiB, 128, 10_240) &&
      "memoryMiB must be a whole number from 128 to 10,240",
    timeoutS !== undefined &&
      !isIntegerIn(timeoutS, 1, 900) &&
      "timeoutS must be a whole number from 1 to 900",
    ...deliveryMistakes(override),
    ...Object.entries(override.environment ?? {}).map(([key, value]) => environmentMistake(key, value)),
    ...Object.entries(override.filterPolicy ?? {}).map(([key, values]) => policyMistake(key, values)),
  ];
  return mistakes.flatMap((mistake) => (typeof mistake === "string" ? [`webhooks.${name}.${mistake}`] : []));
}

/** A field without effect is a mistake, because it was set to have one. */
function deliveryMistakes({ delivery, maxConcurrency, batchSize, windowS }: WebhookOverride) {
  if (delivery !== "direct") return [];
  return [
    (batchSize !== undefined || windowS !== undefined) &&
      "batchSize and windowS have no effect with direct delivery, which has no batches",
    !isIntegerIn(maxConcurrency ?? 0, 1, 1000) &&
      "delivery: direct delivery needs maxConcurrency, a whole number from 1 to 1,000",
  ];
}

/** Variables that Lambda sets itself. Source: AWS Lambda developer guide, "Defined runtime environment variables". */
const RESERVED_BY_LAMBDA =
  /^(AWS_(?!ENDPOINT_URL)|_HANDLER$|_X_AMZN_TRACE_ID$|LAMBDA_(TASK_ROOT|RUNTIME_DIR)$|TZ$)/;
const SET_BY_STAGE = new Set<string>(Object.values(VARIABLES).filter((name) => name !== VARIABLES.logLevel));

function environmentMistake(key: string, value: string): string | undefined {
  const where = `environment.${key}`;
  if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(key))
    return `${where}: a variable's name has letters, digits and underscores, and begins with a letter`;
  if (RESERVED_BY_LAMBDA.test(key)) return `${where}: Lambda sets this variable itself`;
  if (SET_BY_STAGE.has(key)) return `${where}: the stage sets this variable itself`;
  if (key === VARIABLES.logLevel && !isLogLevel(value.toLowerCase()))
    return `${where} must be one of ${LOG_LEVELS.join(", ")}`;
  return undefined;
}

/** Limits of SNS filter policies. Source: Amazon SNS developer guide, "Filter policy constraints". */
const MAX_POLICY_VALUES = 150;

function policyMistake(key: string, values: readonly string[]): string | undefined {
  return values.length >= 1 && values.length <= MAX_POLICY_VALUES
    ? undefined
    : `filterPolicy.${key} must have 1 to ${MAX_POLICY_VALUES} values`;
}

function nameMistakes({ name, accountId, production, state, archive = {} }: StageConfig): string[] {
  return [
    !isStageName(name) && "name must be up to 12 lower-case letters, digits and dashes",
    name === "local" && "the name local is reserved for the local stage",
    accountId !== undefined && !/^\d{12}$/.test(accountId) && "accountId must have 12 digits",
    production &&
      archive.forceDestroy === true &&
      "archive.forceDestroy is not allowed in a production stage",
    production &&
      state === "local" &&
      "a production stage needs Terraform state in S3: set state to a bucket and a region",
  ].filter((mistake) => mistake !== false);
}

/** The retention times that CloudWatch Logs knows. Source: CloudWatch Logs API reference, PutRetentionPolicy. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Athena's minimum is 10 MB. */
const MIN_SCAN_LIMIT_GIB = 0.01;

function numberMistakes({ archive = {}, queryApi = {}, logRetentionDays = 14 }: StageConfig): string[] {
  const { coolAfterDays = 30, freezeAfterDays = 90, scanLimitGiB = 10 } = archive;
  const { memoryMiB = 128, maxConcurrency = 1 } = queryApi;
  return [
    (coolAfterDays < 30 || freezeAfterDays < coolAfterDays + 30) &&
      "archive.coolAfterDays must be at least 30, and archive.freezeAfterDays at least 30 more than coolAfterDays",
    !(scanLimitGiB >= MIN_SCAN_LIMIT_GIB) && `archive.scanLimitGiB must be at least ${MIN_SCAN_LIMIT_GIB}`,
    !LOG_RETENTION_DAYS.includes(logRetentionDays) &&
      `logRetentionDays must be one of ${LOG_RETENTION_DAYS.join(", ")}`,
    !isIntegerIn(memoryMiB, 128, 10_240) && "queryApi.memoryMiB must be a whole number from 128 to 10,240",
    !isIntegerIn(maxConcurrency, 1, 1000) && "queryApi.maxConcurrency must be a whole number from 1 to 1,000",
  ].filter((mistake) => mistake !== false);
}

function isIntegerIn(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function textMistakes({ region, integration, alarms, topics = {}, state }: StageConfig): string[] {
  return [
    !isRegion(region) && `region ${region} is not an AWS region, such as eu-central-1`,
    integration !== undefined &&
      !/^[\w.-]{1,128}$/.test(integration) &&
      "integration must have 1 to 128 letters, digits, dots, dashes and underscores",
    alarms !== undefined &&
      !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(alarms.email) &&
      `alarms.email ${alarms.email} is not an e-mail address`,
    topics.prefix !== undefined &&
      !/^[\w-]{0,200}$/.test(topics.prefix) &&
      "topics.prefix must have up to 200 letters, digits, dashes and underscores",
    state !== "local" &&
      !/^(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(state.bucket) &&
      `state.bucket ${state.bucket} is not a bucket name: 3 to 63 lower-case letters, digits, dots and dashes`,
    state !== "local" && !isRegion(state.region) && `state.region ${state.region} is not an AWS region`,
  ].filter((mistake) => mistake !== false);
}

function isRegion(text: string): boolean {
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(text);
}
