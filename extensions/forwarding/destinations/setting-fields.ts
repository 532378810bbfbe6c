import { catalogEntry, EVENT_TYPES, type EventType, shortType } from "@rainhooks/core/catalog";
import { durationMs } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { messageOf } from "@rainhooks/core/errors";
import {
  choiceField,
  countField,
  type Field,
  type FieldReader,
  flagField,
  listField,
  patternField,
  right,
  textField,
  wrong,
} from "@rainhooks/core/fields";
import { describeValue } from "@rainhooks/core/json";
import { readHeaders } from "@rainhooks/sinks/http/headers";
import { readReceiver } from "@rainhooks/sinks/http/receiver";
import { parseTemplate } from "../bodies/template/parse.ts";
import { DEFAULT_SCHEDULE, isWait, MAX_WAITS, parseSchedule, type Schedule } from "../schedule/schedule.ts";
import { targetNameOf } from "../targets/target.ts";
import { AUTH_KINDS, BODY_FORMATS, type DestinationSettings } from "./destination.ts";
import { DESTINATION_ID } from "./ids.ts";

/** How a setting is written by a person. */
export type FieldInput =
  | "text"
  | "condition"
  | "count"
  | "duration"
  | "choice"
  | "flag"
  | "list"
  | "events"
  | "schedule"
  | "template";

/** A setting of a destination: how it is parsed, and its description for people. */
export interface SettingField {
  readonly read: FieldReader<unknown>;
  /** Value of one that is left out. */
  readonly fallback?: unknown;
  /** Whether it can be left out, and then there is none. */
  readonly isOptional?: true;
  /** Absent if nobody writes it: it follows from the secrets. */
  readonly shown?: SettingText;
}

/** What people are told of a setting. */
export interface SettingText {
  readonly input: FieldInput;
  /** What it is, such as `maximum requests at once`. */
  readonly about: string;
  /** What stands for its value in the help of a command; absent for a flag. */
  readonly placeholder?: string;
  /** Its name where people write it. @defaultValue that of the setting */
  readonly name?: string;
  /** Of a flag: what it is to take it back. */
  readonly no?: string;
  /** Of a choice: what can be chosen. */
  readonly choices?: readonly string[];
}

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

const nameField = textField({ max: MAX_NAME });
const isOptional = { isOptional: true } as const;
const shown = (input: FieldInput, placeholder: string, about: string, name?: string) => ({
  shown: { input, placeholder, about, ...(name === undefined ? {} : { name }) },
});
const flag = (about: string, no: string): SettingField => ({
  ...{ read: flagField, fallback: false, shown: { input: "flag", about, no } },
});

/** The settings of a destination, in the order in which people see them. */
export const SETTING_FIELDS: { readonly [Name in keyof DestinationSettings]-?: SettingField } = {
  id: {
    read: patternField(
      DESTINATION_ID,
      "up to 30 lower-case letters, digits and dashes, with no dash at its beginning or end",
    ),
  },
  url: { read: originField },
  description: {
    ...{ read: textField({ min: 0, max: MAX_DESCRIPTION }), fallback: "" },
    ...shown("text", "text", "what it is, for people"),
  },
  events: {
    ...{ read: eventsField, fallback: "all" },
    ...shown("events", "types", "event types, separated by commas, or all"),
  },
  nodes: {
    ...{ read: listField({ max: MAX_NODES }, nameField), fallback: [] },
    ...shown("list", "ids", "only events of these nodes, separated by commas; empty: of all"),
  },
  tags: {
    ...{ read: listField({ max: MAX_TAGS }, nameField), fallback: [] },
    ...shown("list", "tags", "only events of nodes with one of these tags, such as city:Pune; empty: of all"),
  },
  where: {
    // The syntax of a condition is checked where people enter it, so functions do not load its parser.
    ...{ read: textField({ max: MAX_WHERE }), ...isOptional },
    ...shown(
      ...(["condition", "condition"] as const),
      "only events for which this condition (CEL) holds, such as 'event.type == \"alert\"'; empty: all",
    ),
  },
  format: {
    ...{ read: choiceField(BODY_FORMATS), fallback: "event" },
    shown: {
      ...{ input: "choice", placeholder: "format", about: "format of the body" },
      // That one is chosen by its template.
      choices: BODY_FORMATS.filter((one) => one !== "template"),
    },
  },
  template: {
    ...{ read: templateField, ...isOptional },
    ...shown("template", "file", "document (JSON) that is the body; its texts may contain {{path}}"),
  },
  headerNames: { read: listField({ max: MAX_HEADERS }, headerField), fallback: [] },
  auth: { read: choiceField(AUTH_KINDS), fallback: "none" },
  publicKey: {
    read: patternField(/^whpk_[\w+/]{43}=$/, "a public key of Standard Webhooks"),
    ...isOptional,
  },
  ratePerS: {
    ...{ read: countField(1, MAX_RATE_PER_S), ...isOptional },
    ...shown("count", "count", "maximum requests per second, or none", "rate"),
  },
  concurrency: {
    ...{ read: countField(1, MAX_CONCURRENCY), fallback: 10 },
    ...shown("count", "count", "maximum requests at once"),
  },
  schedule: {
    ...{ read: scheduleField, fallback: DEFAULT_SCHEDULE },
    ...shown("schedule", "waits", "waits between attempts, such as 5s,5m,2h; none, or default"),
  },
  eachCopy: flag(
    "send an event once for each user of the node, as RainMaker publishes it",
    "send an event once for all users of the node",
  ),
  batchEvents: {
    ...{ read: countField(2, MAX_BATCH_EVENTS), ...isOptional },
    ...shown("count", "count", "maximum events in a request, or none, each event by itself", "batch"),
  },
  batchWaitS: {
    ...{ read: waitField, fallback: 10 },
    ...shown(
      ...(["duration", "duration"] as const),
      "how long an event waits for others of its batch, such as 1m",
      "batchWait",
    ),
  },
  batchBytes: {
    ...{ read: countField(MIN_BATCH_BYTES, MAX_BATCH_BYTES), fallback: 256 * 1024 },
    ...shown("count", "count", "maximum bytes of the events of a batch, as RainMaker published them"),
  },
  inOrder: flag(
    "send the events of a node one after the other; one that fails holds up that node",
    "send the events of a node side by side",
  ),
};

function originField(value: unknown): Field<string> {
  const text = typeof value === "string" ? value : "";
  if (targetNameOf(text) !== undefined) return right(text);
  try {
    // Whether http: and private addresses are allowed depends on the stage; it is checked when a request is
    // sent.
    const { name, url } = readReceiver(text, true);
    const isOrigin = url.pathname === "/" && url.search === "" && url.hash === "" && name.length <= MAX_NAME;
    // What follows the host is not repeated: it may be a secret.
    return isOrigin ? right(name) : wrong(`must be only scheme and host: ${name.slice(0, MAX_NAME)}`);
  } catch {
    return wrong("must be a scheme and a host, such as https://hooks.example.com");
  }
}

function templateField(value: unknown): Field<string> {
  if (typeof value !== "string") return wrong(`must be a text, not ${describeValue(value)}`);
  return attempted(() => {
    parseTemplate(value);
    return value;
  });
}

/** Returns what something that may fail returns. */
function attempted<T>(read: () => T): Field<T> {
  try {
    return right(read());
  } catch (error) {
    return wrong(`cannot be used: ${messageOf(error).replace(/\.$/, "")}`);
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

/** A list of seconds, or a text such as `5s,5m` or `default`. */
function scheduleField(value: unknown): Field<Schedule> {
  if (value === "default") return right(DEFAULT_SCHEDULE);
  if (typeof value === "string") return attempted(() => parseSchedule(value));
  return Array.isArray(value) && value.length <= MAX_WAITS && value.every(isWait)
    ? right([...value])
    : wrong(`must be a list of up to ${MAX_WAITS} waits of 1 to 43200 seconds, not ${describeValue(value)}`);
}

/** A number of seconds, or a text such as `1m`. */
function waitField(value: unknown): Field<number> {
  const ms = typeof value === "string" ? durationMs(value) : undefined;
  const read = countField(0, MAX_BATCH_WAIT_S)(ms === undefined ? value : Math.round(ms / SECOND_MS));
  return read.ok || typeof value !== "string"
    ? read
    : wrong(`must be a duration of up to 15m, such as 30s, not ${describeValue(value)}`);
}

/** Reads event types, with or without `rmaker.event.`, or `all`. */
function eventsField(value: unknown): Field<"all" | readonly EventType[]> {
  if (value === "all") return right("all");
  const list = eventList(value);
  if (!list.ok) return list;
  return list.value.length === 0
    ? wrong('must be "all" or a list of events, not an empty list')
    : right(list.value);
}

const eventList = listField({ max: EVENT_TYPES.length * 3 }, eventField);

function eventField(value: unknown): Field<EventType> {
  const text = typeof value === "string" ? value : "";
  const type = catalogEntry(text)?.type ?? EVENT_TYPES.find((one) => shortType(one) === text);
  return type === undefined
    ? wrong(
        `${describeValue(value)} is not an event. The events are ${EVENT_TYPES.map(shortType).join(", ")}`,
      )
    : right(type);
}
