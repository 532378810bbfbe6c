import { durationMs } from "@rainhooks/core/duration-text";
import { VARIABLES } from "../variables.ts";
import { parseSetting } from "./parse-setting.ts";
import { type Setting, type Settings, settingVariable } from "./setting.ts";

/** Variables that a stage sets, whatever the settings. A setting cannot have one of these. */
const TAKEN: ReadonlySet<string> = new Set([
  ...Object.values(VARIABLES),
  "PATH",
  "TZ",
  "HOME",
  "LANG",
]);

/** Returns what is wrong with the settings of a function, or `undefined`. */
export function settingMistake(
  settings: Settings,
  resourceVariables: readonly string[],
): string | undefined {
  const used = new Set<string>(resourceVariables);
  for (const [name, setting] of Object.entries(settings)) {
    const variable = settingVariable(name, setting);
    if (!/^[a-z][A-Za-z0-9]{0,39}$/.test(name))
      return `settings.${name}: its name must be letters and digits, such as maxItems`;
    if (
      !/^[A-Z][A-Z0-9_]+$/.test(variable) ||
      variable.startsWith("AWS_") ||
      variable.startsWith("LAMBDA_")
    )
      return `settings.${name}: ${variable} cannot be an environment variable of a function`;
    if (TAKEN.has(variable) || used.has(variable))
      return `settings.${name}: the environment variable ${variable} is used already; give it another env`;
    used.add(variable);
    const mistake = ownMistake(setting);
    if (mistake !== undefined) return `settings.${name}: ${mistake}`;
  }
  return undefined;
}

function ownMistake(setting: Setting): string | undefined {
  if (setting.kind === "duration") {
    const wrong = [setting.min, setting.max].find(
      (text) => text !== undefined && durationMs(text) === undefined,
    );
    if (wrong !== undefined) return `${JSON.stringify(wrong)} is not a time such as 30s`;
  }
  if (setting.kind === "secret" || setting.default === undefined) return undefined;
  const parsed = parseSetting(setting, settingText(setting.default));
  return parsed.ok ? undefined : `its default ${parsed.mistake}`;
}

/** Returns the text of a value in the environment. */
export function settingText(value: string | number | boolean | readonly string[]): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}
