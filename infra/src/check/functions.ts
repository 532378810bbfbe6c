import type { FunctionChanges } from "@rainhooks/stack/config/config";
import { hasEffect } from "@rainhooks/stack/config/functions";
import { stageSettings } from "@rainhooks/stack/function/settings";
import type { StageMistake } from "@rainhooks/stack/stack-part";
import { codeOf, type FunctionDefinition } from "@rainhooks/webhook/define-function";
import { VARIABLES } from "@rainhooks/webhook/environment";
import { isLogLevel, LOG_LEVELS } from "@rainhooks/webhook/observe/log-level";
import { queuesOf, streamsOf } from "@rainhooks/webhook/resources";
import { settingVariable } from "@rainhooks/webhook/settings/setting";
import type { Trigger } from "@rainhooks/webhook/trigger-fields";
import { hasByFields, isDeployed, type StageConfig } from "../config.ts";

/**
 * Returns what is wrong with the changes of a stage to its functions, and which settings are
 * missing.
 */
export function functionMistakes(
  config: StageConfig,
  known: readonly FunctionDefinition[],
): string[] {
  const names = known.map(({ name }) => name);
  const unknown = Object.keys(config.functions ?? {})
    .filter((name) => !names.includes(name))
    .map(
      (name) =>
        `functions: unknown function ${name} (known: ${names.join(", ")}): take it out, or put its extension back`,
    );
  return [...unknown, ...known.flatMap((definition) => mistakesOf(config, definition, known))];
}

function mistakesOf(
  config: StageConfig,
  definition: FunctionDefinition,
  known: readonly FunctionDefinition[],
): string[] {
  const { name } = definition;
  const changes = config.functions?.[name];
  const settings = isDeployed(config, definition) ? settingsMistakes(config, definition) : [];
  const mistakes =
    changes === undefined
      ? []
      : [
          ...changeMistakes(changes, definition, hasByFields(config, definition) !== undefined),
          archiveMistake(config, definition, known),
        ];
  return [...mistakes, ...settings]
    .filter((mistake) => typeof mistake === "string")
    .map((mistake) => `functions.${name}.${mistake}`);
}

/** The settings of a function that has those of another are given there. */
function settingsMistakes(config: StageConfig, definition: FunctionDefinition): string[] {
  if (codeOf(definition) !== definition.name) return [];
  return stageSettings(config, definition).mistakes.map((mistake) => `settings: ${mistake}`);
}

function changeMistakes(
  changes: FunctionChanges,
  definition: FunctionDefinition,
  byFields: boolean,
): StageMistake[] {
  const { environment = {} } = changes;
  const taken = new Set(
    Object.entries(definition.settings).map(([key, setting]) => settingVariable(key, setting)),
  );
  return [
    ...withoutEffect(changes, definition.trigger),
    definition.optional === true &&
      !byFields &&
      changes.deployed === undefined &&
      `${Object.keys(changes).join(" and ")} without deployed has no effect: set deployed to true`,
    changes.settings !== undefined &&
      codeOf(definition) !== definition.name &&
      `settings are those of functions.${codeOf(definition)}: set them there`,
    retentionMistake(changes),
    ...Object.entries(environment).map(([key, value]) => environmentMistake(key, value, taken)),
    Buffer.byteLength(JSON.stringify(environment)) > MAX_ENVIRONMENT_BYTES &&
      `environment must have up to ${MAX_ENVIRONMENT_BYTES} bytes`,
  ];
}

/** A field without effect is a mistake, because it was set to have one. */
function withoutEffect(
  { alarms = {}, ...changes }: FunctionChanges,
  trigger: Trigger,
): StageMistake[] {
  const set = [...Object.keys(changes), ...Object.keys(alarms).map((key) => `alarms.${key}`)];
  return set.map(
    (field) =>
      !hasEffect(field, trigger) &&
      `${field} has no effect on a function with the trigger ${trigger}`,
  );
}

function retentionMistake({
  queueRetentionDays = 14,
  deadLetterRetentionDays = 14,
}: FunctionChanges): StageMistake {
  return (
    deadLetterRetentionDays < queueRetentionDays &&
    "deadLetterRetentionDays must be at least queueRetentionDays (14 by default): the age of a dead letter counts from its arrival in the queue"
  );
}

/**
 * Lambda's limit is 4 KB for all variables; the stage's own take up to 1 KB. Source: AWS Lambda
 * developer guide, "Quotas".
 */
const MAX_ENVIRONMENT_BYTES = 3072;
/**
 * Variables that Lambda sets itself. Source: AWS Lambda developer guide, "Defined runtime
 * environment variables".
 */
const RESERVED_BY_LAMBDA =
  /^(AWS_(?!ENDPOINT_URL)|_HANDLER$|_X_AMZN_TRACE_ID$|LAMBDA_(TASK_ROOT|RUNTIME_DIR)$|TZ$)/;
const SET_BY_STAGE = new Set<string>(
  Object.values(VARIABLES).filter((name) => name !== VARIABLES.logLevel),
);

function environmentMistake(key: string, value: string, taken: ReadonlySet<string>): StageMistake {
  const where = `environment.${key}`;
  if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(key))
    return `${where}: a variable's name has letters, digits and underscores, and begins with a letter`;
  if (RESERVED_BY_LAMBDA.test(key)) return `${where}: Lambda sets this variable itself`;
  if (taken.has(key))
    return `${where}: it is the variable of a setting; use settings, which are checked`;
  if (SET_BY_STAGE.has(key)) return `${where}: the stage sets this variable itself`;
  if (key === VARIABLES.logLevel && !isLogLevel(value.toLowerCase()))
    return `${where} must be one of ${LOG_LEVELS.join(", ")}`;
  return undefined;
}

/** Without an archive, a function that uses it has nothing to read, and no bucket for its files. */
function archiveMistake(
  config: StageConfig,
  definition: FunctionDefinition,
  known: readonly FunctionDefinition[],
): StageMistake {
  const usesArchive = Object.values(definition.resources).some(({ kind }) => kind === "archive");
  if (!usesArchive || !isDeployed(config, definition)) return undefined;
  const writers = known.filter((one) => streamsOf(one).length > 0);
  if (writers.some((one) => isDeployed(config, one))) return undefined;
  const [writer] = writers;
  return `deployed: it reads the archive, and ${
    writer === undefined
      ? "no webhook writes one"
      : `its webhook is not deployed: leave functions.${writer.name}.deployed out, or set functions.${definition.name}.deployed to false`
  }`;
}

/**
 * Checks that a function is deployed if others use its queue.
 *
 * @param deployed The deployed functions that have a queue.
 * @throws {TypeError} with the function, and what to do.
 */
export function checkQueues(
  { name: stage }: StageConfig,
  users: readonly FunctionDefinition[],
  { known, deployed }: { readonly known: readonly string[]; readonly deployed: readonly string[] },
): void {
  for (const user of users)
    for (const queue of queuesOf(user)) {
      if (deployed.includes(queue)) continue;
      const { name, trigger } = user;
      if (!known.includes(queue))
        throw new TypeError(
          `Stage ${stage}: ${name} sends to the queue of ${queue}, and there is no function of this name. Add it to FUNCTIONS in apps/list.`,
        );
      const off = `Set functions.${name}.deployed to false, too`;
      throw new TypeError(
        trigger === "rate"
          ? `Stage ${stage}: ${name} asks how far the queue of ${queue} has come, which is not deployed. ${off}.`
          : `Stage ${stage}: ${name} sends to the queue of ${queue}, which is not deployed. ${off}, or leave functions.${queue}.deployed out.`,
      );
    }
}

/**
 * Checks that no two functions of a stage have the same name, which is also the name of what
 * belongs to them.
 *
 * @throws {TypeError} with the name.
 */
export function checkNames(
  { name: stage }: StageConfig,
  functions: readonly { readonly name: string }[],
): void {
  const names = functions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new TypeError(
      `Stage ${stage}: two functions have the name ${twice}. Rename one of them.`,
    );
}
