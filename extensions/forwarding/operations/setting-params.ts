import { shortType } from "@rainhooks/core/catalog";
import { commaList, type Field } from "@rainhooks/core/fields";
import { flag, optionalChoice, requiredText } from "@rainhooks/stage/query/params/kinds";
import { type Param, ParamMistake, type Params } from "@rainhooks/stage/query/params/param";
import type { DestinationSettings } from "../destinations/destination.ts";
import {
  SETTING_FIELDS,
  type SettingField,
  type SettingText,
} from "../destinations/setting-fields.ts";
import { formatSchedule, type Schedule } from "../schedule/schedule.ts";
import type { RequestSettings } from "./destination-input.ts";

/** The destination that an operation is about. */
export const destinationField = requiredText({
  description: "Id of the destination.",
  placeholder: "destination",
  maxLength: 100,
});

/** A setting that people write, and its name in the table of destinations. */
interface WrittenSetting extends SettingField {
  readonly setting: string;
  readonly shown: SettingText;
}

/** The settings that people write, by the names under which they do. */
export const WRITTEN_SETTINGS: ReadonlyMap<string, WrittenSetting> = new Map(
  Object.entries<SettingField>(SETTING_FIELDS).flatMap(([setting, { shown, ...field }]) =>
    shown === undefined ? [] : [[shown.name ?? setting, { ...field, shown, setting }]],
  ),
);

/** Returns a value of a setting as people write it. */
export function settingText({ shown: { input } }: WrittenSetting, value: unknown): string {
  if (value === undefined) return input === "count" ? "none" : "";
  if (input === "schedule") return formatSchedule(value as Schedule);
  if (input === "events" && Array.isArray(value)) return value.map(shortType).join(",");
  return input === "duration" ? `${String(value)}s` : String(value);
}

/** Returns the settings of a destination as people write them. */
export function settingTexts(settings: DestinationSettings): Readonly<Record<string, string>> {
  const values = new Map<string, unknown>(Object.entries(settings));
  return Object.fromEntries(
    [...WRITTEN_SETTINGS].map(([name, field]) => [
      name,
      settingText(field, values.get(field.setting)),
    ]),
  );
}

/**
 * The parameters of the settings of a destination. What cannot be read stays as it was written, so
 * that {@link readSettings} says what is wrong with it together with all else.
 */
export const SETTING_PARAMS: Params = Object.fromEntries(
  [...WRITTEN_SETTINGS].map(([name, field]) => [
    name,
    paramOf(field, (written) => {
      const value = settingValue(field, written);
      return value.ok ? value.value : written;
    }),
  ]),
);

const FILTERS: readonly string[] = ["events", "nodes", "tags", "where"];

/** Those of the settings that say which events it gets. */
export const FILTER_PARAMS: Params = Object.fromEntries(
  [...WRITTEN_SETTINGS].flatMap(([name, field]) =>
    FILTERS.includes(name) ? [[name, paramOf(field, (written) => checked(field, written))]] : [],
  ),
);

type Written = string | readonly string[];

function paramOf(field: WrittenSetting, read: (written: Written) => unknown): Param<unknown> {
  const { input, about, placeholder = "", no = "", choices = [] } = field.shown;
  if (input === "flag")
    return { ...flag({ description: about }), fallback: { value: undefined }, no };
  const usual = settingText(field, field.fallback);
  const description = usual === "" ? about : `${about} (default of add: ${usual})`;
  const help = { description, placeholder };
  if (input === "choice") return { ...optionalChoice(help, choices), conflicts: ["template"] };
  const isList = input === "list" || input === "events";
  return {
    ...help,
    schema: { type: "string" },
    fallback: { value: undefined },
    quotesValue: true,
    ...(input === "template" ? { isFile: true } : {}),
    ...(isList
      ? { hasCommas: true, readAll: read, read: (text) => read(commaList(text)) }
      : { read }),
  };
}

/** Reads the value of a setting; null if it is taken back. */
function settingValue(
  { shown: { input }, isOptional, read }: WrittenSetting,
  written: Written,
): Field<unknown> {
  const isTakenBack = input === "count" ? written === "none" : String(written).trim() === "";
  if (isOptional && isTakenBack) return { ok: true, value: null };
  return typeof written === "string" ? (read.text ?? read)(written) : read(written);
}

function checked(field: WrittenSetting, written: Written): unknown {
  const value = settingValue(field, written);
  if (value.ok) return value.value;
  throw new ParamMistake(value.mistake);
}

/**
 * Returns the settings that a request has. A template decides about the format, and the other way
 * round.
 */
export function requestSettings(request: Readonly<Record<string, unknown>>): RequestSettings {
  const { format, template, ...given }: RequestSettings = Object.fromEntries(
    [...WRITTEN_SETTINGS].flatMap(([name, { setting }]) =>
      request[name] === undefined ? [] : [[setting, request[name] ?? undefined]],
    ),
  );
  if (template !== undefined) return { ...given, format: "template", template };
  return format === undefined ? given : { ...given, format, template: undefined };
}
