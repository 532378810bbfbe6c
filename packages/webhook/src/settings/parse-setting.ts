import { durationMs } from "@rainhooks/core/duration-text";
import type { DurationSetting, NumberSetting, Setting, TextSetting, UrlSetting } from "./setting.ts";

/** A parsed setting, or what its text must be. */
export type ParsedSetting =
  | { readonly ok: true; readonly value: string | number | boolean | readonly string[] }
  | { readonly ok: false; readonly must: string };

const MAX_TEXT = 1024;

/** Parses the text of a setting. The text of a secret is not its value: it says where the value is. */
export function parseSetting(setting: Setting, text: string): ParsedSetting {
  switch (setting.kind) {
    case "text":
      return parseText(setting, text);
    case "url":
      return parseUrl(setting, text);
    case "flag":
      return /^(true|false)$/i.test(text)
        ? { ok: true, value: text.toLowerCase() === "true" }
        : wrong(`be true or false, not ${shown(text)}`);
    case "duration":
      return parseDuration(setting, text);
    case "list":
      return {
        ok: true,
        value: text
          .split(",")
          .map((one) => one.trim())
          .filter((one) => one !== ""),
      };
    case "secret":
      return { ok: true, value: text };
    default:
      return parseNumber(setting, text);
  }
}

function parseNumber({ min, max }: NumberSetting, text: string): ParsedSetting {
  const value = Number(text);
  return text.trim() !== "" && value >= min && value <= max
    ? { ok: true, value }
    : wrong(`be a number from ${min} to ${max}, not ${shown(text)}`);
}

function parseText({ maxLength = MAX_TEXT }: TextSetting, text: string): ParsedSetting {
  if (/[\r\n]/.test(text)) return wrong("be one line");
  return text.length <= maxLength ? { ok: true, value: text } : wrong(`have up to ${maxLength} characters`);
}

/** A URL may contain a token, so a message shows only its scheme and host. */
function parseUrl({ protocols = ["https"] }: UrlSetting, text: string): ParsedSetting {
  const protocol = URL.canParse(text) ? new URL(text).protocol.slice(0, -1) : "";
  return protocols.includes(protocol)
    ? { ok: true, value: text }
    : wrong(`be a URL with ${protocols.map((one) => `${one}:`).join(" or ")}, not ${shownUrl(text)}`);
}

function parseDuration({ min = "0s", max = "365d" }: DurationSetting, text: string): ParsedSetting {
  const value = durationMs(text);
  return value !== undefined && value >= (durationMs(min) ?? 0) && value <= (durationMs(max) ?? 0)
    ? { ok: true, value }
    : wrong(`be a time from ${min} to ${max}, such as 30s, 5m, 2h or 7d, not ${shown(text)}`);
}

function shownUrl(text: string): string {
  const url = URL.parse(text);
  return url === null ? "this text" : `${url.protocol}//${url.host}`;
}

const MAX_SHOWN = 60;

function shown(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}

function wrong(must: string): ParsedSetting {
  return { ok: false, must };
}
