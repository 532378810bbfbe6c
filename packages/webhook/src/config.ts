import { MAX_RETRY_WAIT_S, RainhooksError } from "@rainhooks/core";
import type { Webhook } from "./define.ts";
import type { FunctionDefinition, NumberSetting, Resource } from "./define-function.ts";
import { VARIABLES } from "./environment.ts";
import { isLogLevel, LOG_LEVELS, type LogLevel } from "./observe/log-level.ts";
import type { RetryWaits } from "./retry-later.ts";

/** Environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration of a function, read once when it starts. */
export interface FunctionConfig<Of extends FunctionDefinition> {
  readonly stage: string;
  /** Deployed names of the function's resources. */
  readonly resources: Readonly<Record<keyof Of["resources"], string>>;
  readonly settings: Readonly<Record<keyof Of["settings"], number>>;
  /** Minimum level of logged lines. */
  readonly logLevel: LogLevel;
}

/** Range of a retry wait in seconds: the range of SQS's visibility timeout. */
const WAIT = { min: 1, max: MAX_RETRY_WAIT_S } as const;

/** The configuration of a webhook's function. */
export interface WebhookConfig<Of extends Webhook> extends FunctionConfig<Of> {
  readonly integration: string;
  readonly deadLetterQueueUrl: string;
  /** URL of the webhook's queue; `undefined` for a webhook that SNS invokes directly. */
  readonly queueUrl: string | undefined;
  readonly retryWaits: RetryWaits;
  /** Name of the table of filter rules; `undefined` when the webhook is not filtered. */
  readonly filterRulesTable: string | undefined;
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
export function readConfig<Of extends Webhook>(webhook: Of, environment: Environment): WebhookConfig<Of> {
  const variables = new Variables(environment);
  const config = {
    ...common(webhook, variables),
    integration: variables.text(VARIABLES.integration),
    deadLetterQueueUrl: variables.text(VARIABLES.deadLetterQueueUrl),
    queueUrl: variables.optionalText(VARIABLES.queueUrl),
    retryWaits: {
      firstS: variables.number({
        ...WAIT,
        env: VARIABLES.retryFirstWaitS,
        default: webhook.queue.retryFirstWaitS,
      }),
      maxS: variables.number({ ...WAIT, env: VARIABLES.retryMaxWaitS, default: webhook.queue.retryMaxWaitS }),
    },
    filterRulesTable: webhook.filtered ? variables.text(VARIABLES.filterRulesTable) : undefined,
  };
  variables.refuseMistakes(`Webhook ${webhook.name}`);
  return config;
}

function common<Of extends FunctionDefinition>(
  { resources, settings }: Of,
  variables: Variables,
): FunctionConfig<Of> {
  return {
    stage: variables.text(VARIABLES.stage),
    resources: mapValues<Of["resources"], Resource, string>(resources, ({ env }) => variables.text(env)),
    settings: mapValues<Of["settings"], NumberSetting, number>(settings, (setting) =>
      variables.number(setting),
    ),
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

  number({ env, default: otherwise, min, max }: NumberSetting): number {
    const raw = this.#environment[env]?.trim() ?? "";
    const value = raw === "" ? otherwise : Number(raw);
    if (!(value >= min && value <= max)) {
      this.#mistakes.push(`${env} must be a number from ${min} to ${max}, not ${JSON.stringify(raw)}`);
    }
    return value;
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

function mapValues<Source extends Readonly<Record<string, From>>, From, To>(
  source: Source,
  map: (value: From) => To,
): Record<keyof Source, To> {
  const entries = Object.entries<From>(source).map(([key, value]) => [key, map(value)]);
  return Object.fromEntries(entries) as Record<keyof Source, To>;
}
