import { durationMs } from "@rainhooks/core/duration-text";
import { MAX_RETRY_WAIT_S, RainhooksError } from "@rainhooks/core/errors";
import type { FunctionDefinition, FunctionOf, QueuedFunction, Webhook } from "./define-function.ts";
import { isLogLevel, LOG_LEVELS, type LogLevel } from "./observe/log-level.ts";
import type { Resource, Resources } from "./resources.ts";
import type { RetryWaits } from "./retry-later.ts";
import { parseSetting } from "./settings/parse-setting.ts";
import { createSecret } from "./settings/secret.ts";
import {
  type NumberSetting,
  type Setting,
  type Settings,
  type SettingValues,
  settingVariable,
} from "./settings/setting.ts";
import { VARIABLES } from "./variables.ts";

/** Environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Deployed names of a function's resources, or URLs if they are queues; `undefined` for a table of
 * a part that the stage does not have.
 */
export type ResourceNames<Of extends Resources> = {
  readonly [Name in keyof Of]: Of[Name] extends { readonly part: string }
    ? string | undefined
    : string;
};

/** The configuration of a function, read once when it starts. */
export interface FunctionConfig<Of extends FunctionDefinition> {
  readonly stage: string;
  readonly resources: ResourceNames<Of["resources"]>;
  /** Values of the function's settings, each of the type of its kind. */
  readonly settings: SettingValues<Of["settings"]>;
  /** Minimum level of logged lines. */
  readonly logLevel: LogLevel;
}

/** Range of a retry wait in seconds: the range of SQS's visibility timeout. */
const WAIT = { min: 1, max: MAX_RETRY_WAIT_S } as const;

/** The configuration of a function that reads its own queue. */
export interface QueuedConfig<Of extends QueuedFunction> extends FunctionConfig<Of> {
  readonly deadLetterQueueUrl: string;
  readonly queueUrl: string;
  /** URL of the queue of replays; `undefined` for a function that has none. */
  readonly replayQueueUrl: string | undefined;
  readonly retryWaits: RetryWaits;
}

/** The configuration of a webhook's function. */
export interface WebhookConfig<Of extends Webhook> extends QueuedConfig<Of> {
  readonly integration: string;
  /** Name of the table of filter rules; `undefined` when the webhook is not filtered. */
  readonly filterRulesTable: string | undefined;
  /** Name of the table of the rounds; `undefined` in a stage that has none. */
  readonly roundsTable: string | undefined;
}

/**
 * Reads a function's configuration from its environment.
 *
 * @throws {RainhooksError} `config-invalid`; the message names every missing or wrong variable.
 *
 * @example
 * ```ts
 * import { defineWebhook, readFunctionConfig } from "@rainhooks/webhook";
 *
 * const alerts = defineWebhook({
 *   name: "alerts",
 *   description: "Logs alerts.",
 *   events: ["rmaker.event.alert"],
 *   settings: { volume: { env: "VOLUME", default: 5, min: 0, max: 10 } },
 * });
 * const { settings } = readFunctionConfig(alerts, { RAINHOOKS_STAGE: "dev", VOLUME: "7" });
 * console.log(settings.volume); // 7
 * ```
 */
export function readFunctionConfig<Of extends FunctionDefinition>(
  definition: Of,
  environment: Environment,
): FunctionConfig<Of> {
  const variables = new Variables(environment);
  const config = common(definition, variables);
  variables.refuseMistakes(`Function ${definition.name}`);
  return config;
}

/**
 * Reads a webhook's configuration from its environment.
 *
 * @throws {RainhooksError} `config-invalid`; the message names every missing or wrong variable.
 */
export function readConfig<Of extends Webhook>(
  webhook: Of,
  environment: Environment,
): WebhookConfig<Of> {
  const variables = new Variables(environment);
  const config = {
    ...queued(webhook, variables),
    integration: variables.text(VARIABLES.integration),
    filterRulesTable: webhook.filtered ? variables.text(VARIABLES.filterRulesTable) : undefined,
    roundsTable: variables.optionalText(VARIABLES.roundsTable),
  };
  variables.refuseMistakes(`Webhook ${webhook.name}`);
  return config;
}

/**
 * Reads from its environment the configuration of a function to whose queue others send.
 *
 * @throws {RainhooksError} `config-invalid`; the message names every missing or wrong variable.
 */
export function readMessageConfig<Of extends FunctionOf<"queue">>(
  definition: Of,
  environment: Environment,
): QueuedConfig<Of> {
  const variables = new Variables(environment);
  const config = queued(definition, variables);
  variables.refuseMistakes(`Function ${definition.name}`);
  return config;
}

function queued<Of extends QueuedFunction>(definition: Of, variables: Variables): QueuedConfig<Of> {
  const { retryFirstWaitS, retryMaxWaitS } = definition.queue;
  return {
    ...common(definition, variables),
    deadLetterQueueUrl: variables.text(VARIABLES.deadLetterQueueUrl),
    queueUrl: variables.text(VARIABLES.queueUrl),
    replayQueueUrl: variables.optionalText(VARIABLES.replayQueueUrl),
    retryWaits: {
      firstS: variables.number({
        ...WAIT,
        env: VARIABLES.retryFirstWaitS,
        default: retryFirstWaitS,
      }),
      maxS: variables.number({ ...WAIT, env: VARIABLES.retryMaxWaitS, default: retryMaxWaitS }),
    },
  };
}

function common<Of extends FunctionDefinition>(
  { resources, settings }: Of,
  variables: Variables,
): FunctionConfig<Of> {
  return {
    stage: variables.text(VARIABLES.stage),
    resources: variables.names<Of["resources"]>(resources),
    settings: variables.settings(settings),
    logLevel: variables.logLevel(),
  };
}

/** Reads variables and collects their errors, so that all of them are reported together. */
class Variables {
  readonly #environment: Environment;
  readonly #mistakes: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  text(name: string): string {
    const value = this.#environment[name]?.trim() ?? "";
    if (value === "") this.#mistakes.push(`${name} is not set`);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.#environment[name]?.trim() || undefined;
  }

  /** Returns the names of resources. What is used only with a part need not be there. */
  names<Of extends Resources>(resources: Of): ResourceNames<Of> {
    const names = Object.entries<Resource>(resources).map(([name, use]) => [
      name,
      "part" in use ? this.optionalText(use.env) : this.text(use.env),
    ]);
    // Each name is there unless it may be absent; what is missing has been noted as a mistake.
    return Object.fromEntries(names) as ResourceNames<Of>;
  }

  number(setting: NumberSetting & { readonly env: string; readonly default: number }): number {
    const value = this.#setting(setting.env, setting);
    return typeof value === "number" ? value : setting.default;
  }

  settings<Of extends Settings>(settings: Of): SettingValues<Of> {
    const values = Object.entries<Setting>(settings).map(([name, setting]) => [
      name,
      this.#setting(name, setting),
    ]);
    // Each value has the type of its setting's kind; what is missing has been noted as a mistake.
    return Object.fromEntries(values) as SettingValues<Of>;
  }

  /** Returns the value of a setting; a secret can be fetched later. */
  #setting(name: string, setting: Setting): unknown {
    const variable = settingVariable(name, setting);
    const text = this.#environment[variable]?.trim() ?? "";
    const what = name === variable ? variable : `setting ${name} (${variable})`;
    if (setting.kind === "secret") {
      if (text === "") this.#mistakes.push(`${what} is not set`);
      return createSecret({ name, reference: text, holds: setting.holds ?? "text" });
    }
    if (text === "" && setting.default !== undefined) return defaultOf(setting);
    if (text === "") {
      this.#mistakes.push(`${what} is not set`);
      return undefined;
    }
    const parsed = parseSetting(setting, text);
    if (parsed.ok) return parsed.value;
    this.#mistakes.push(`${what} ${parsed.mistake}`);
    return undefined;
  }

  logLevel(): LogLevel {
    const text = this.#environment[VARIABLES.logLevel]?.trim() || "info";
    const level = text.toLowerCase();
    if (isLogLevel(level)) return level;
    this.#mistakes.push(
      `${VARIABLES.logLevel} must be one of ${LOG_LEVELS.join(", ")}, not ${JSON.stringify(text)}`,
    );
    return "info";
  }

  refuseMistakes(what: string): void {
    if (this.#mistakes.length === 0) return;
    throw new RainhooksError(
      "config-invalid",
      `${what} cannot start: ${this.#mistakes.join("; ")}. Set it in the function's environment.`,
      { permanent: true },
    );
  }
}

/** A default is checked when the webhook is defined. */
function defaultOf(setting: Exclude<Setting, { readonly kind: "secret" }>): unknown {
  return setting.kind === "duration" ? durationMs(setting.default ?? "") : setting.default;
}
