import { settingVariable, type Webhook } from "@rainhooks/webhook/define";
import { VARIABLES } from "@rainhooks/webhook/environment";
import { isLogLevel, LOG_LEVELS } from "@rainhooks/webhook/log-level";
import type { StageConfig, WebhookAlarms, WebhookOverride } from "../config/config.ts";
import { stageSettings } from "../webhook/settings.ts";
import { isIntegerIn } from "./formats.ts";
import { reservedMistakes, sizeMistakes, thresholdMistakes } from "./function-fields.ts";
import { unknownEvents } from "./topics.ts";

/** What a check needs to know of a webhook. */
export type KnownWebhook = Pick<Webhook, "name" | "settings"> & Partial<Pick<Webhook, "resources">>;

/** Returns what is wrong with the changes of a stage to its webhooks, and which settings are missing. */
export function webhookMistakes(config: StageConfig, known: readonly KnownWebhook[]): string[] {
  const { webhooks = {} } = config;
  const names = known.map(({ name }) => name);
  const changes = Object.entries(webhooks).flatMap(([name, override]) => {
    if (!names.includes(name)) return [`unknown webhook ${name} (known: ${names.join(", ")})`];
    return overrideMistakes(override, variablesOf(known, name))
      .filter((mistake) => typeof mistake === "string")
      .map((mistake) => `webhooks.${name}.${mistake}`);
  });
  const settings = known
    .filter(({ name }) => webhooks[name]?.deployed !== false)
    .flatMap((webhook) =>
      stageSettings(config, webhook).mistakes.map(
        (mistake) => `webhooks.${webhook.name}.settings: ${mistake}`,
      ),
    );
  return [...changes, ...settings];
}

function overrideMistakes(
  override: WebhookOverride,
  taken: ReadonlySet<string>,
): (string | false | undefined)[] {
  const { environment = {} } = override;
  return [
    ...sizeMistakes(override),
    ...unknownEvents("leaveOut", override.leaveOut ?? []),
    ...deliveryMistakes(override),
    ...retentionMistakes(override),
    ...alarmMistakes(override.alarms ?? {}),
    ...Object.entries(environment).map(([key, value]) => environmentMistake(key, value, taken)),
    Buffer.byteLength(JSON.stringify(environment)) > MAX_ENVIRONMENT_BYTES &&
      `environment must have up to ${MAX_ENVIRONMENT_BYTES} bytes`,
    ...Object.entries(override.filterPolicy ?? {}).map(([key, values]) => policyMistake(key, values)),
  ];
}

/** A field without effect is a mistake, because it was set to have one. */
function deliveryMistakes(override: WebhookOverride) {
  const { delivery, maxConcurrency, reservedConcurrency, batchSize, windowS } = override;
  if (delivery !== "direct") return reservedMistakes(override);
  return [
    (batchSize !== undefined || windowS !== undefined) &&
      "batchSize and windowS have no effect with direct delivery, which has no batches",
    (reservedConcurrency !== undefined || override.queueRetentionDays !== undefined) &&
      "reservedConcurrency and queueRetentionDays have no effect with direct delivery: maxConcurrency is reserved, and there is no queue",
    !isIntegerIn(maxConcurrency ?? 0, 1, 1000) &&
      "delivery: direct delivery needs maxConcurrency, a whole number from 1 to 1,000",
  ];
}

/** SQS keeps a message for 1 minute to 14 days. Source: Amazon SQS developer guide, "Message quotas". */
const MIN_RETENTION_DAYS = 1 / 1440;
const MAX_RETENTION_DAYS = 14;

function retentionMistakes({ queueRetentionDays, deadLetterRetentionDays = 14 }: WebhookOverride) {
  const isRetention = (days: number) => days >= MIN_RETENTION_DAYS && days <= MAX_RETENTION_DAYS;
  return [
    queueRetentionDays !== undefined &&
      !isRetention(queueRetentionDays) &&
      "queueRetentionDays must be up to 14, and at least a minute",
    !isRetention(deadLetterRetentionDays) &&
      "deadLetterRetentionDays must be up to 14, and at least a minute",
    deadLetterRetentionDays < (queueRetentionDays ?? MAX_RETENTION_DAYS) &&
      "deadLetterRetentionDays must be at least queueRetentionDays (14 by default): the age of a dead letter counts from its arrival in the queue",
  ];
}

function alarmMistakes({ silentAfterHours, ...thresholds }: WebhookAlarms) {
  return [
    ...thresholdMistakes(thresholds),
    silentAfterHours !== undefined &&
      silentAfterHours !== "never" &&
      !isIntegerIn(silentAfterHours, 1, 168) &&
      "alarms.silentAfterHours must be a whole number from 1 to 168, or never",
  ];
}

/** The variables of a webhook's settings. */
function variablesOf(known: readonly KnownWebhook[], name: string): ReadonlySet<string> {
  const { settings = {} } = known.find((one) => one.name === name) ?? {};
  return new Set(Object.entries(settings).map(([key, setting]) => settingVariable(key, setting)));
}

/** Lambda's limit is 4 KB for all variables; the stage's own take up to 1 KB. Source: AWS Lambda developer guide, "Quotas". */
const MAX_ENVIRONMENT_BYTES = 3072;
/** Variables that Lambda sets itself. Source: AWS Lambda developer guide, "Defined runtime environment variables". */
const RESERVED_BY_LAMBDA =
  /^(AWS_(?!ENDPOINT_URL)|_HANDLER$|_X_AMZN_TRACE_ID$|LAMBDA_(TASK_ROOT|RUNTIME_DIR)$|TZ$)/;
const SET_BY_STAGE = new Set<string>(Object.values(VARIABLES).filter((name) => name !== VARIABLES.logLevel));

function environmentMistake(key: string, value: string, taken: ReadonlySet<string>): string | undefined {
  const where = `environment.${key}`;
  if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(key))
    return `${where}: a variable's name has letters, digits and underscores, and begins with a letter`;
  if (RESERVED_BY_LAMBDA.test(key)) return `${where}: Lambda sets this variable itself`;
  if (taken.has(key)) return `${where}: it is the variable of a setting; use settings, which are checked`;
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
