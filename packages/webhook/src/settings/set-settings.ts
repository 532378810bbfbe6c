import { parseSetting } from "./parse-setting.ts";
import { type Setting, type Settings, settingVariable } from "./setting.ts";
import { settingText } from "./setting-mistake.ts";

/** The value of a setting, as a stage writes it. Never the value of a secret. */
export type SettingValueOfStage = string | number | boolean | readonly string[];

/** Options of {@link setSettings}. */
export interface SetOptions {
  /** Values by the name of the setting. */
  readonly values: ReadonlyMap<string, SettingValueOfStage>;
  /**
   * Returns where the value of a secret is, such as `ssm:/rainhooks/dev/door-bell/url`; `undefined`
   * if nowhere.
   */
  readonly secretPlace: (name: string) => string | undefined;
}

/** The environment variables of a function's settings, or what is wrong with their values. */
export interface SetSettings {
  readonly variables: Readonly<Record<string, string>>;
  readonly mistakes: readonly string[];
}

/**
 * Returns the environment variables of a function's settings. Settings with a default that the
 * stage does not set have none.
 */
export function setSettings(settings: Settings, options: SetOptions): SetSettings {
  const known = Object.keys(settings);
  const unknown = [...options.values.keys()]
    .filter((name) => !known.includes(name))
    .map((name) => `${name} is not a setting (known: ${known.join(", ") || "none"})`);
  const results = Object.entries(settings).map(([name, setting]) => ({
    variable: settingVariable(name, setting),
    ...textOf(name, setting, options),
  }));
  const set = results.flatMap(({ variable, text }) =>
    text === undefined ? [] : [[variable, text]],
  );
  return {
    variables: Object.fromEntries(set),
    mistakes: [...unknown, ...results.flatMap(({ mistake }) => mistake ?? [])],
  };
}

function textOf(
  name: string,
  setting: Setting,
  { values, secretPlace }: SetOptions,
): { readonly text?: string; readonly mistake?: string } {
  const given = values.get(name);
  if (setting.kind === "secret") {
    if (given !== undefined)
      return { mistake: `${name} is a secret: give its location, never its value` };
    const text = secretPlace(name);
    return text === undefined ? { mistake: `${name} is not set` } : { text };
  }
  if (given === undefined)
    return setting.default === undefined ? { mistake: `${name} is not set` } : {};
  const text = settingText(given);
  if (text.trim() === "") return { mistake: `${name} must not be empty` };
  if (Array.isArray(given) && given.some((one) => /[,\r\n]/.test(one)))
    return { mistake: `${name} must have elements without commas and line ends` };
  const parsed = parseSetting(setting, text);
  return parsed.ok ? { text } : { mistake: `${name} ${parsed.mistake}` };
}
