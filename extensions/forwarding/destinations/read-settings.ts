import { inputError } from "@rainhooks/core/errors";
import { describeValue, isJsonObject } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import { showsAllEvents } from "../bodies/template/parse.ts";
import { targetNameOf } from "../targets/target.ts";
import type { DestinationSettings } from "./destination.ts";
import { SETTING_FIELDS, type SettingField } from "./setting-fields.ts";

/** What stands for a field with a mistake; one that can be left out has none. */
const DEFAULTS: ReadonlyMap<string, unknown> = new Map(
  Object.entries<SettingField>(SETTING_FIELDS).flatMap(([name, { fallback, isOptional }]) =>
    isOptional ? [] : [[name, fallback ?? ""]],
  ),
);

/**
 * Reads the settings of a destination from outside, and adds the defaults.
 *
 * @throws {RainhooksError} `input-invalid`, with one line for each mistake.
 */
export function readSettings(input: unknown): DestinationSettings {
  const { settings, mistakes } = checkSettings(input);
  if (mistakes.length > 0) throw inputError(...mistakes);
  return settings;
}

/** Reads settings; of a field with a mistake, the default is in the result. */
export function checkSettings(input: unknown): {
  readonly settings: DestinationSettings;
  readonly mistakes: readonly Mistake[];
} {
  const given = isJsonObject(input) ? input : {};
  const mistakes: Mistake[] = isJsonObject(input)
    ? []
    : [{ problem: `A destination is an object, not ${describeValue(input)}.` }];
  const fields = new Map<string, unknown>(DEFAULTS);
  for (const [name, { read, isOptional, fallback }] of Object.entries<SettingField>(
    SETTING_FIELDS,
  )) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined && (isOptional || fallback !== undefined)) continue;
    const field = read(value);
    if (field.ok) fields.set(name, field.value);
    else mistakes.push({ field: name, problem: `${field.mistake}.` });
  }
  for (const name of Object.keys(given))
    if (!Object.hasOwn(SETTING_FIELDS, name))
      mistakes.push({ field: describeValue(name), problem: "is not a setting of a destination." });
  const settings = Object.fromEntries(fields) as unknown as DestinationSettings;
  return {
    settings,
    mistakes: [...mistakes, ...mistakesTogether(settings, Object.hasOwn(given, "template"))],
  };
}

/**
 * Returns the fields of a stored item that this version knows: a newer one may have written more.
 */
export function supportedSettings(
  item: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => Object.hasOwn(SETTING_FIELDS, name)),
  );
}

function mistakesTogether(settings: DestinationSettings, hasTemplate: boolean): Mistake[] {
  const { url, format, template, headerNames, auth, batchEvents, inOrder } = settings;
  const isBatched = batchEvents !== undefined;
  const isTarget = targetNameOf(url) !== undefined;
  const mistakes: readonly (readonly [
    isWrong: boolean,
    field: string | undefined,
    problem: string,
  ])[] = [
    [isTarget && (isBatched || inOrder), undefined, TARGET_ALONE],
    [
      isBatched && format === "cloudevents-binary",
      "format",
      `${format} has no batches; use cloudevents.`,
    ],
    [isBatched && template !== undefined && !showsAllEvents(template), "template", ONE_OF_BATCH],
    [format === "template" && !hasTemplate, "template", "is missing; format template needs it."],
    [
      format !== "template" && template !== undefined,
      "template",
      `is not used by format ${format}.`,
    ],
    [isTarget && (auth !== "none" || headerNames.length > 0), undefined, TARGET_PLAIN],
    [
      auth !== "none" && headerNames.includes("authorization"),
      ...([
        "header",
        `contains authorization, which auth ${auth} sets. Choose one of them.`,
      ] as const),
    ],
  ];
  return mistakes.flatMap(([isWrong, field, problem]) => (isWrong ? [{ field, problem }] : []));
}

const TARGET_ALONE =
  "A target of the stage gets each event by itself: batches and order are for URLs.";
const TARGET_PLAIN =
  "A target of the stage has no headers and no auth: the function's own role may send to it.";
const ONE_OF_BATCH =
  'shows only one event of a batch. Write a list as ["{{each}}", …], or use {{events}}.';
