import { inputError, messageOf } from "@rainhooks/core/errors";
import {
  choiceField,
  countField,
  type Field,
  type FieldReader,
  flagField,
  listField,
  patternField,
  textField,
} from "@rainhooks/core/fields";
import { describeValue, isJsonObject } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import { readHeaders } from "@rainhooks/sinks/http/headers";
import { readReceiver } from "@rainhooks/sinks/http/receiver";
import { parseTemplate, showsAllEvents } from "../bodies/template/parse.ts";
import { BODY_FORMATS } from "../destinations/destination.ts";
import { DEFAULT_SCHEDULE, isWait, MAX_WAITS, parseSchedule, type Schedule } from "../schedule/schedule.ts";
import { targetNameOf } from "../targets/target.ts";
import { AUTH_KINDS, type DestinationSettings } from "./destination.ts";
import { eventsField } from "./events-field.ts";
import { DESTINATION_ID } from "./ids.ts";

export { isDestinationId } from "./ids.ts";

const MAX_DESCRIPTION = 500;
const MAX_NODES = 500;
const MAX_TAGS = 100;
const MAX_NAME = 256;
const MAX_WHERE = 1000;
/** Maximum number of headers of a destination. */
export const MAX_HEADERS = 20;
const MAX_CONCURRENCY = 100;
const MAX_RATE_PER_S = 1000;
const MAX_BATCH_EVENTS = 1000;
/** The longest time that a queue delays a message. */
const MAX_BATCH_WAIT_S = 900;
const MIN_BATCH_BYTES = 1024;
const MAX_BATCH_BYTES = 1024 * 1024;

/** The settings that need not be given. */
const DEFAULTS = {
  description: "",
  events: "all",
  nodes: [],
  tags: [],
  format: "event",
  headerNames: [],
  auth: "none",
  concurrency: 10,
  schedule: DEFAULT_SCHEDULE,
  eachCopy: false,
  batchWaitS: 10,
  batchBytes: 256 * 1024,
  inOrder: false,
} as const satisfies Partial<DestinationSettings>;

const nameField = textField({ max: MAX_NAME });

const READERS: { readonly [Name in keyof DestinationSettings]-?: FieldReader<unknown> } = {
  id: patternField(
    DESTINATION_ID,
    "up to 30 lower-case letters, digits and dashes, with no dash at its beginning or end",
  ),
  url: originField,
  description: textField({ min: 0, max: MAX_DESCRIPTION }),
  events: eventsField,
  nodes: listField({ max: MAX_NODES }, nameField),
  tags: listField({ max: MAX_TAGS }, nameField),
  // What it says is checked where people give it: no function has to load its language for that.
  where: textField({ max: MAX_WHERE }),
  format: choiceField(BODY_FORMATS),
  template: templateField,
  headerNames: listField({ max: MAX_HEADERS }, headerField),
  auth: choiceField(AUTH_KINDS),
  publicKey: patternField(/^whpk_[\w+/]{43}=$/, "a public key of Standard Webhooks"),
  ratePerS: countField(1, MAX_RATE_PER_S),
  concurrency: countField(1, MAX_CONCURRENCY),
  schedule: scheduleField,
  eachCopy: flagField,
  batchEvents: countField(2, MAX_BATCH_EVENTS),
  batchWaitS: countField(0, MAX_BATCH_WAIT_S),
  batchBytes: countField(MIN_BATCH_BYTES, MAX_BATCH_BYTES),
  inOrder: flagField,
};

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
  const fields = new Map<string, unknown>(Object.entries({ id: "", url: "", ...DEFAULTS }));
  for (const [name, read] of Object.entries(READERS)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined && (Object.hasOwn(DEFAULTS, name) || OPTIONAL.has(name))) continue;
    const field = read(value);
    if (field.ok) fields.set(name, field.value);
    else mistakes.push({ field: name, problem: `${field.mistake}.` });
  }
  for (const name of Object.keys(given))
    if (!Object.hasOwn(READERS, name))
      mistakes.push({ field: describeValue(name), problem: "is not a setting of a destination." });
  const settings = Object.fromEntries(fields) as unknown as DestinationSettings;
  return {
    settings,
    mistakes: [...mistakes, ...mistakesTogether(settings, Object.hasOwn(given, "template"))],
  };
}

/** Returns the fields of a stored item that this version knows: a newer one may have written more. */
export function knownSettings(item: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(item).filter(([name]) => Object.hasOwn(READERS, name)));
}

const OPTIONAL: ReadonlySet<string> = new Set<keyof DestinationSettings>([
  "where",
  "template",
  "ratePerS",
  "batchEvents",
  "publicKey",
]);

function mistakesTogether(settings: DestinationSettings, hasTemplate: boolean): Mistake[] {
  const { url, format, template, headerNames, auth } = settings;
  return [
    ...batchMistakes(settings),
    ...(format === "template" && !hasTemplate
      ? [{ field: "template", problem: "is missing; format template needs it." }]
      : []),
    ...(format !== "template" && template !== undefined
      ? [{ field: "template", problem: `is not used by format ${format}.` }]
      : []),
    ...(targetNameOf(url) !== undefined && (auth !== "none" || headerNames.length > 0)
      ? [
          {
            problem:
              "A target of the stage has no headers and no auth: the function's own role may send to it.",
          },
        ]
      : []),
    ...(auth !== "none" && headerNames.includes("authorization")
      ? [
          {
            field: "headerNames",
            problem: `contains authorization, which auth ${auth} sets. Choose one of them.`,
          },
        ]
      : []),
  ];
}

function batchMistakes({ url, format, template, batchEvents, inOrder }: DestinationSettings): Mistake[] {
  const isBatched = batchEvents !== undefined;
  return [
    ...(targetNameOf(url) !== undefined && (isBatched || inOrder)
      ? [{ problem: "A target of the stage gets each event by itself: batches and order are for URLs." }]
      : []),
    ...(isBatched && format === "cloudevents-binary"
      ? [{ field: "format", problem: "cloudevents-binary has no batches; use cloudevents." }]
      : []),
    ...(isBatched && template !== undefined && !showsEachEvent(template)
      ? [
          {
            field: "template",
            problem: 'shows only one event of a batch. Write a list as ["{{each}}", …], or use {{events}}.',
          },
        ]
      : []),
  ];
}

function showsEachEvent(template: string): boolean {
  try {
    return showsAllEvents(parseTemplate(template));
  } catch {
    // That is a mistake of its own.
    return true;
  }
}

function originField(value: unknown): Field<string> {
  const text = typeof value === "string" ? value : "";
  if (targetNameOf(text) !== undefined) return { ok: true, value: text };
  try {
    // Whether http: and private addresses are allowed depends on the stage; it is checked when a request is
    // sent.
    const { name, url } = readReceiver(text, true);
    const isOrigin = url.pathname === "/" && url.search === "" && url.hash === "" && name.length <= MAX_NAME;
    // What follows the host is not repeated: it may be a secret.
    return isOrigin
      ? { ok: true, value: name }
      : { ok: false, mistake: `must be only scheme and host: ${name.slice(0, MAX_NAME)}` };
  } catch {
    return { ok: false, mistake: "must be a scheme and a host, such as https://hooks.example.com" };
  }
}

function templateField(value: unknown): Field<string> {
  if (typeof value !== "string") return { ok: false, mistake: `must be a text, not ${describeValue(value)}` };
  return attempted(() => {
    parseTemplate(value);
    return value;
  });
}

/** Returns what something that may fail returns. */
function attempted<T>(read: () => T): Field<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return { ok: false, mistake: `cannot be used: ${messageOf(error).replace(/\.$/, "")}` };
  }
}

function headerField(value: unknown): Field<string> {
  const name = nameField(value);
  if (!name.ok) return name;
  return attempted(() => {
    readHeaders({ [name.value]: "" });
    return name.value.toLowerCase();
  });
}

/** A list of seconds, or a text as commands take it. */
function scheduleField(value: unknown): Field<Schedule> {
  if (typeof value === "string") return attempted(() => parseSchedule(value));
  return listField({ max: MAX_WAITS }, waitField)(value).ok && Array.isArray(value)
    ? { ok: true, value: value as Schedule }
    : {
        ok: false,
        mistake: `must be a list of up to ${MAX_WAITS} waits of 1 to 43200 seconds, not ${describeValue(value)}`,
      };
}

function waitField(value: unknown): Field<number> {
  return isWait(value) ? { ok: true, value } : { ok: false, mistake: "" };
}
