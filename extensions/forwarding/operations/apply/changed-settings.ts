import { isDeepStrictEqual } from "node:util";
import type { Destination, DestinationSettings } from "../../destinations/destination.ts";
import { settingsOf } from "../../destinations/destination-item.ts";
import { settingText, WRITTEN_SETTINGS } from "../setting-params.ts";

/** Says which settings of a destination differ, for people. */
export function changedSettings(before: Destination, after: DestinationSettings): string[] {
  const [a, b] = [settingsOf(before), after].map(
    (one) => new Map<string, unknown>(Object.entries(one)),
  );
  const written = [...WRITTEN_SETTINGS.values()].flatMap((field) => {
    const from = a?.get(field.setting);
    const to = b?.get(field.setting);
    return isDeepStrictEqual(from, to)
      ? []
      : [
          `${field.setting}: ${[from, to].map((one) => shortText(settingText(field, one))).join(" → ")}`,
        ];
  });
  return before.url === after.url ? written : [`url: ${before.url} → ${after.url}`, ...written];
}

/** Maximum length of a setting in a plan: a template can have pages. */
const MAX_SHOWN = 100;

function shortText(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN - 1).toWellFormed()}…`;
}
