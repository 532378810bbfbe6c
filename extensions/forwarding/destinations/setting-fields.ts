import { EVENT_TYPES, type EventType, shortType } from "@rainhooks/core/catalog";
import { durationMs } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { messageOf } from "@rainhooks/core/errors";
import { findEvent } from "@rainhooks/core/event-of";
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
import {
  DEFAULT_SCHEDULE,
  isWait,
  MAX_WAITS,
  parseSchedule,
  type Schedule,
} from "../schedule/schedule.ts";
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
  /** Reads it in JSON; `text` reads what a person writes, where that is something else. */
  readonly read: FieldReader<unknown> & { readonly text?: (text: string) => Field<unknown> };
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

const MAX_NAME = 256;
/** Maximum number of headers of a destination. */
export const MAX_HEADERS = 20;
/** The longest time that a queue delays a message. */
const MAX_BATCH_WAIT_S = 900;

const nameField = textField({ max: MAX_NAME });
/** A setting that people write. If it is left out and nothing stands for it, there is none. */
const setting = (
  read: SettingField["read"],
  { fallback, ...shown }: SettingText & { readonly fallback?: unknown },
): SettingField => ({
  ...(fallback === undefined ? { read, isOptional: true } : { read, fallback }),
  shown: { placeholder: shown.input, ...shown },
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
  description: setting(textField({ min: 0, max: 500 }), {
    fallback: "",
    input: "text",
    about: "what it is, for people",
  }),
  events: setting(eventsField, {
    fallback: "all",
    input: "events",
    placeholder: "types",
    about: "event types, separated by commas, or all",
  }),
  nodes: setting(listField({ max: 500 }, nameField), {
    fallback: [],
    input: "list",
    placeholder: "ids",
    about: "only events of these nodes, separated by commas; empty: of all",
  }),
  tags: setting(listField({ max: 100 }, nameField), {
    fallback: [],
    input: "list",
    placeholder: "tags",
    about: "only events of nodes with one of these tags, such as city:Pune; empty: of all",
  }),
  // The syntax of a condition is checked where people enter it, so functions do not load its
  // parser.
  where: setting(textField({ max: 1000 }), {
    input: "condition",
    about:
      "only events for which this condition (CEL) holds, such as 'event.type == \"alert\"'; empty: all",
  }),
  format: setting(choiceField(BODY_FORMATS), {
    fallback: "event",
    input: "choice",
    placeholder: "format",
    about: "format of the body",
    // That one is chosen by its template.
    choices: BODY_FORMATS.filter((one) => one !== "template"),
  }),
  template: setting(templateField, {
    input: "template",
    placeholder: "file",
    about: "document (JSON) that is the body; its texts may contain {{path}}",
  }),
  headerNames: { read: listField({ max: MAX_HEADERS }, headerField), fallback: [] },
  auth: { read: choiceField(AUTH_KINDS), fallback: "none" },
  publicKey: {
    read: patternField(/^whpk_[\w+/]{43}=$/, "a public key of Standard Webhooks"),
    isOptional: true,
  },
  ratePerS: setting(countField(1, 1000), {
    input: "count",
    about: "maximum requests per second, or none",
    name: "rate",
  }),
  concurrency: setting(countField(1, 100), {
    fallback: 10,
    input: "count",
    about: "maximum requests at once",
  }),
  schedule: setting(scheduleField, {
    fallback: DEFAULT_SCHEDULE,
    input: "schedule",
    placeholder: "waits",
    about: "waits between attempts, such as 5s,5m,2h; none, or default",
  }),
  eachCopy: setting(flagField, {
    fallback: false,
    input: "flag",
    about: "send an event once for each user of the node, as RainMaker publishes it",
    no: "send an event once for all users of the node",
  }),
  batchEvents: setting(countField(2, 1000), {
    input: "count",
    about: "maximum events in a request, or none, each event by itself",
    name: "batch",
  }),
  batchWaitS: setting(waitField, {
    fallback: 10,
    input: "duration",
    name: "batchWait",
    about: "how long an event waits for others of its batch, such as 1m",
  }),
  batchBytes: setting(countField(1024, 1024 * 1024), {
    fallback: 256 * 1024,
    input: "count",
    about: "maximum bytes of the events of a batch, as RainMaker published them",
  }),
  inOrder: setting(flagField, {
    fallback: false,
    input: "flag",
    about: "send the events of a node one after the other; one that fails holds up that node",
    no: "send the events of a node side by side",
  }),
};

function originField(value: unknown): Field<string> {
  const text = typeof value === "string" ? value : "";
  if (targetNameOf(text) !== undefined) return right(text);
  try {
    // Whether http: and private addresses are allowed depends on the stage; it is checked when a
    // request is sent.
    const { name, url } = readReceiver(text, true);
    const isOrigin =
      url.pathname === "/" && url.search === "" && url.hash === "" && name.length <= MAX_NAME;
    // What follows the host is not repeated: it may be a secret.
    return isOrigin
      ? right(name)
      : wrong(`must be only scheme and host: ${name.slice(0, MAX_NAME)}`);
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
    : wrong(
        `must be a list of up to ${MAX_WAITS} waits of 1 to 43200 seconds, not ${describeValue(value)}`,
      );
}

/** A number of seconds, or a text such as `1m`. */
function waitField(value: unknown): Field<number> {
  const ms = typeof value === "string" ? durationMs(value) : undefined;
  const read = countField(
    0,
    MAX_BATCH_WAIT_S,
  )(ms === undefined ? value : Math.round(ms / SECOND_MS));
  return read.ok || typeof value !== "string"
    ? read
    : wrong(`must be a duration of up to 15m, such as 30s, not ${describeValue(value)}`);
}

/** Reads event types, with or without `rmaker.event.`, or `all`, also as the only one of a list. */
function eventsField(value: unknown): Field<"all" | readonly EventType[]> {
  if (String(value) === "all") return right("all");
  const list = eventList(value);
  const isEmpty = list.ok && list.value.length === 0;
  return isEmpty ? wrong('must be "all" or a list of events, not an empty list') : list;
}

const eventList = listField({ max: EVENT_TYPES.length * 3 }, (value): Field<EventType> => {
  const type = typeof value === "string" ? findEvent(value) : undefined;
  const events = EVENT_TYPES.map(shortType).join(", ");
  return type === undefined
    ? wrong(`${describeValue(value)} is not an event. The events are ${events}`)
    : right(type);
});
