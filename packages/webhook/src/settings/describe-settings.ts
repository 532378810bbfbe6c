import { type Setting, type Settings, settingVariable } from "./setting.ts";
import { settingText } from "./setting-mistake.ts";

/** What people may see of a setting. */
export interface DescribedSetting {
  readonly kind: string;
  readonly description?: string;
  /** The value; of a URL only scheme and host; of a secret the place where it is. */
  readonly value: string;
  /** True when the stage does not set it. */
  readonly isDefault: boolean;
}

/**
 * Describes the settings of a function on a stage.
 *
 * @param variables Its environment variables.
 */
export function describeSettings(
  settings: Settings,
  variables: Readonly<Record<string, string>>,
): Record<string, DescribedSetting> {
  const described = Object.entries(settings).map(([name, setting]) => {
    const text = variables[settingVariable(name, setting)];
    const own = setting.description === undefined ? {} : { description: setting.description };
    const value = shown(setting, text ?? defaultText(setting));
    return [name, { kind: setting.kind ?? "number", ...own, value, isDefault: text === undefined }];
  });
  return Object.fromEntries(described);
}

function defaultText(setting: Setting): string {
  return setting.kind === "secret" || setting.default === undefined
    ? ""
    : settingText(setting.default);
}

function shown({ kind }: Setting, text: string): string {
  if (kind !== "url") return text;
  const url = URL.parse(text);
  return url === null ? "" : `${url.protocol}//${url.host}`;
}
