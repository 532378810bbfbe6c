import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import type { SettingText } from "../destinations/setting-fields.ts";
import { settingText, WRITTEN_SETTINGS } from "../operations/setting-params.ts";

/** A setting in the form of a destination. */
export interface FormSetting extends Pick<SettingText, "input" | "about" | "choices"> {
  readonly name: string;
  /** Its default, as people write it. */
  readonly usual: string;
}

/** What the form of a destination needs. */
export interface DestinationFormAnswer {
  readonly events: readonly string[];
  readonly settings: readonly FormSetting[];
}

/** Returns the settings of a destination, and what can be chosen. */
export function destinationForm(): DestinationFormAnswer {
  const settings = [...WRITTEN_SETTINGS].map(([name, field]): FormSetting => {
    const { input, about, choices } = field.shown;
    const usual = settingText(field, field.fallback);
    return { name, input, about, usual, ...(choices === undefined ? {} : { choices }) };
  });
  return { events: EVENT_TYPES.map(shortType), settings };
}
