import {
  commaList,
  durationField,
  type Field,
  flagField,
  numberField,
  patternField,
  right,
  wrong,
} from "@rainhooks/core/fields";
import type { Setting, UrlSetting } from "./setting.ts";

const MAX_TEXT = 1024;

/**
 * Reads the text of a setting. The text of a secret is not its value: it says where the value is.
 * What is wrong follows the name of the setting: "must be true or false, not 7".
 */
export function parseSetting(setting: Setting, text: string): Field<unknown> {
  switch (setting.kind) {
    case "text":
      return lineField(setting.maxLength ?? MAX_TEXT)(text);
    case "url":
      return parseUrl(setting, text);
    case "flag":
      return flagField.text(text.toLowerCase());
    case "duration":
      return durationField(setting.min ?? "0s", setting.max ?? "365d")(text);
    case "list":
      return right(commaList(text));
    case "secret":
      return right(text);
    default:
      return numberField(setting.min, setting.max).text(text);
  }
}

const lineField = (max: number) =>
  patternField(
    new RegExp(`^[^\\r\\n]{0,${max}}$`),
    `a text of one line, of up to ${max} characters`,
  );

/** A URL may contain a token, so a message shows only its scheme and host. */
function parseUrl({ protocols = ["https"] }: UrlSetting, text: string): Field<string> {
  const url = URL.parse(text);
  if (url !== null && protocols.includes(url.protocol.slice(0, -1))) return right(text);
  const shown = url === null ? "this text" : `${url.protocol}//${url.host}`;
  return wrong(
    `must be a URL with ${protocols.map((one) => `${one}:`).join(" or ")}, not ${shown}`,
  );
}
