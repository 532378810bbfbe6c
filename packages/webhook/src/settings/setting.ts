import type { Secret } from "./secret.ts";

/** Options of every setting. */
interface AnySetting {
  /** What the setting is for: shown by `rainhooks stage show`. */
  readonly description?: string;
  /**
   * Environment variable of the function. @defaultValue the setting's name in capitals, such as
   * `RETENTION_DAYS` for `retentionDays`
   */
  readonly env?: string;
}

/** A number. */
export interface NumberSetting extends AnySetting {
  readonly kind?: "number";
  /** @defaultValue none: a stage must set it */
  readonly default?: number;
  readonly min: number;
  readonly max: number;
}

/** A text of one line. */
export interface TextSetting extends AnySetting {
  readonly kind: "text";
  /** @defaultValue none: a stage must set it */
  readonly default?: string;
  /** @defaultValue 1,024 */
  readonly maxLength?: number;
}

/** A URL. If it contains a token, use a secret that holds a URL instead. */
export interface UrlSetting extends AnySetting {
  readonly kind: "url";
  /** @defaultValue none: a stage must set it */
  readonly default?: string;
  /** @defaultValue `["https"]` */
  readonly protocols?: readonly string[];
}

/** On or off: `true` or `false`. */
export interface FlagSetting extends AnySetting {
  readonly kind: "flag";
  /** @defaultValue none: a stage must set it */
  readonly default?: boolean;
}

/** A time such as `30s`, `5m`, `2h` or `7d`. The handler gets milliseconds. */
export interface DurationSetting extends AnySetting {
  readonly kind: "duration";
  /** @defaultValue none: a stage must set it */
  readonly default?: string;
  /** @defaultValue `0s` */
  readonly min?: string;
  /** @defaultValue `365d` */
  readonly max?: string;
}

/** Texts, separated by commas in the environment. */
export interface ListSetting extends AnySetting {
  readonly kind: "list";
  /** @defaultValue none: a stage must set it */
  readonly default?: readonly string[];
}

/**
 * A value that nobody may see: in AWS a SecureString of Systems Manager or a secret of Secrets
 * Manager, on the local stage a line of a file. The handler gets a {@link Secret}, which fetches
 * it.
 */
export interface SecretSetting extends AnySetting {
  readonly kind: "secret";
  /** @defaultValue `text` */
  readonly holds?: "text" | "url";
}

/** A setting of a function. */
export type Setting =
  | NumberSetting
  | TextSetting
  | UrlSetting
  | FlagSetting
  | DurationSetting
  | ListSetting
  | SecretSetting;

/** What the handler gets for a setting. */
export type SettingValue<Of extends Setting> = Of extends { readonly kind: "text" | "url" }
  ? string
  : Of extends { readonly kind: "flag" }
    ? boolean
    : Of extends { readonly kind: "list" }
      ? readonly string[]
      : Of extends { readonly kind: "secret" }
        ? Secret
        : number;

/** The settings of a function, by the names under which its code finds them. */
export type Settings = Readonly<Record<string, Setting>>;

/** What the handler gets for all settings. */
export type SettingValues<Of extends Settings> = {
  readonly [Name in keyof Of]: SettingValue<Of[Name]>;
};

/**
 * Returns the environment variable of a setting.
 */
export function settingVariable(name: string, { env }: Setting): string {
  return env ?? name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase();
}
