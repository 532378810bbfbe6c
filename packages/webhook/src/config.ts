import { RainhooksError } from "@rainhooks/core";
import type { NumberSetting, Resource, Webhook } from "./define.ts";
import { VARIABLES } from "./environment.ts";
import { isLogLevel, LOG_LEVELS, type LogLevel } from "./observe/log.ts";

/** Environment variables, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration of a function, read once when it starts. */
export interface WebhookConfig<
  Resources extends Record<string, Resource>,
  Settings extends Record<string, NumberSetting>,
> {
  readonly stage: string;
  readonly integration: string;
  readonly deadLetterQueueUrl: string;
  /** Name of the table of filter rules; `undefined` when the webhook is not filtered. */
  readonly filterRulesTable: string | undefined;
  /** Deployed names of the webhook's resources. */
  readonly resources: Readonly<Record<keyof Resources, string>>;
  readonly settings: Readonly<Record<keyof Settings, number>>;
  /** Lines below this level are not written. */
  readonly logLevel: LogLevel;
}

/**
 * Reads a webhook's configuration from its environment.
 *
 * @throws {RainhooksError} `config-invalid`, naming every variable that is missing or wrong.
 */
export function readConfig<
  Resources extends Record<string, Resource>,
  Settings extends Record<string, NumberSetting>,
>(webhook: Webhook<Resources, Settings>, environment: Environment): WebhookConfig<Resources, Settings> {
  const mistakes: string[] = [];
  const text = (name: string): string => {
    const value = environment[name]?.trim() ?? "";
    if (value === "") mistakes.push(`${name} is not set`);
    return value;
  };
  const number = ({ env, default: otherwise, min, max }: NumberSetting): number => {
    const raw = environment[env]?.trim() ?? "";
    const value = raw === "" ? otherwise : Number(raw);
    if (!(value >= min && value <= max)) {
      mistakes.push(`${env} must be a number from ${min} to ${max}, not ${JSON.stringify(raw)}`);
    }
    return value;
  };
  const logLevel = environment[VARIABLES.logLevel] || "info";
  if (!isLogLevel(logLevel)) {
    mistakes.push(
      `${VARIABLES.logLevel} must be one of ${LOG_LEVELS.join(", ")}, not ${JSON.stringify(logLevel)}`,
    );
  }
  const config: WebhookConfig<Resources, Settings> = {
    stage: text(VARIABLES.stage),
    integration: text(VARIABLES.integration),
    deadLetterQueueUrl: text(VARIABLES.deadLetterQueueUrl),
    filterRulesTable: webhook.filtered ? text(VARIABLES.filterRulesTable) : undefined,
    resources: mapValues(webhook.resources, ({ env }: Resource) => text(env)),
    settings: mapValues(webhook.settings, number),
    logLevel: isLogLevel(logLevel) ? logLevel : "info",
  };
  if (mistakes.length > 0) {
    throw new RainhooksError(
      "config-invalid",
      `Webhook ${webhook.name} cannot start: ${mistakes.join("; ")}. Set it in the function's environment.`,
      { permanent: true },
    );
  }
  return config;
}

function mapValues<From, To, Source extends Readonly<Record<string, From>>>(
  source: Source,
  map: (value: From) => To,
): Record<keyof Source, To> {
  const entries = Object.entries<From>(source).map(([key, value]) => [key, map(value)]);
  return Object.fromEntries(entries) as Record<keyof Source, To>;
}
