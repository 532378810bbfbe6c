import { codeOf, type FunctionDefinition } from "@rainhooks/webhook/define-function";
import { parametersPrefix } from "@rainhooks/webhook/names";
import {
  type SetSettings,
  type SettingValueOfStage,
  setSettings,
} from "@rainhooks/webhook/settings/set-settings";
import { settingVariable } from "@rainhooks/webhook/settings/setting";
import type { SettingInput, StackConfig } from "../config/config.ts";
import type { Statement } from "../policy.ts";

const SSM = "ssm:";
/** The names under which Systems Manager returns secrets of Secrets Manager. */
const SECRETS_MANAGER = "/aws/reference/secretsmanager/";

/** A function with settings. */
type WithSettings = Pick<FunctionDefinition, "name" | "settings" | "sameAs">;

/**
 * Returns the environment variables of a function's settings in a stage, or what is wrong with
 * them.
 */
export function stageSettings(config: StackConfig, webhook: WithSettings): SetSettings {
  const name = codeOf(webhook);
  const given = Object.entries(config.functions?.[name]?.settings ?? {});
  const values = new Map(
    given.flatMap(([name, value]) => (isReference(value) ? [] : [[name, value] as const])),
  );
  const places = new Map(
    given.flatMap(([name, value]) => (isReference(value) ? [[name, value] as const] : [])),
  );
  const { variables, mistakes } = setSettings(webhook.settings, {
    values,
    secretPlace: (setting) => secretPlace(config, name, setting, places.get(setting)),
  });
  const misplaced = [...places.keys()]
    .filter((name) => webhook.settings[name]?.kind !== "secret")
    .map((name) => `${name} is not a secret of ${webhook.name}`);
  const unusable = [...places].flatMap(([name, place]) =>
    PLACE_NAME.test(Object.values(place)[0] ?? "")
      ? []
      : [`${name} must name a parameter or a secret, with letters, digits and _.-/, not an ARN`],
  );
  return { variables, mistakes: [...mistakes, ...misplaced, ...unusable] };
}

/** Names of parameters and secrets that both services accept. */
const PLACE_NAME = /^[\w./-]{1,512}$/;

type SecretReference = Exclude<SettingInput, SettingValueOfStage>;

function isReference(value: SettingInput): value is SecretReference {
  return typeof value === "object" && !Array.isArray(value);
}

function secretPlace(
  { name: stage }: StackConfig,
  webhook: string,
  setting: string,
  place: SecretReference | undefined,
): string {
  if (place === undefined) return `${SSM}${parametersPrefix(stage, webhook)}/${setting}`;
  return "ssm" in place ? `${SSM}${place.ssm}` : `${SSM}${SECRETS_MANAGER}${place.secretsManager}`;
}

/**
 * Returns the permissions to fetch a function's secrets, and no others.
 *
 * @param arnOf Returns an ARN in the stage's account and region.
 */
export function secretGrants(
  config: StackConfig,
  webhook: WithSettings,
  arnOf: (service: string, resource: string) => string,
): Statement[] {
  const { variables } = stageSettings(config, webhook);
  const secretVariables = Object.entries(webhook.settings).flatMap(([name, setting]) =>
    setting.kind === "secret" ? [settingVariable(name, setting)] : [],
  );
  const places = secretVariables.flatMap(
    (variable) => variables[variable]?.slice(SSM.length) ?? [],
  );
  const parameters = places.map((name) =>
    arnOf("ssm", `parameter${name.startsWith("/") ? "" : "/"}${name}`),
  );
  // Secrets Manager adds a dash and six characters to the name of a secret.
  const secrets = places
    .filter((name) => name.startsWith(SECRETS_MANAGER))
    .map((name) => arnOf("secretsmanager", `secret:${name.slice(SECRETS_MANAGER.length)}-??????`));
  return [
    ...(parameters.length === 0 ? [] : [{ actions: ["ssm:GetParameter"], resources: parameters }]),
    ...(secrets.length === 0
      ? []
      : [{ actions: ["secretsmanager:GetSecretValue"], resources: secrets }]),
  ];
}
