import { marshall } from "@aws-sdk/util-dynamodb";
import { conditionMistake } from "@rainhooks/conditions/language";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { describeValue, isJsonObject } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { readReceiver } from "@rainhooks/sinks/http/receiver";
import { formatSchedule, type Schedule } from "../../schedule/schedule.ts";
import { readUrlTemplate } from "../../send/url-template.ts";
import { targetNameOf } from "../../targets/target.ts";
import { batchUrlMistake } from "../batch-url.ts";
import { type DestinationSettings, FROM_FILE } from "../destination.ts";
import { checkSettings } from "../read-settings.ts";
import { followsFromSecrets } from "../setting-fields.ts";
import type { settingsOfSecrets } from "../settings-of-secrets.ts";
import { MAX_DESTINATIONS } from "../store.ts";
import { originOf } from "./merged-item.ts";

type FollowsFromSecrets = keyof ReturnType<typeof settingsOfSecrets>;

/** What people decide about a destination that is not secret, and is written as commands write it. */
type Decided = Omit<DestinationSettings, "id" | "events" | "schedule" | "template" | FollowsFromSecrets>;

/** A destination as a stage's file declares it: what is not secret of it. */
export interface DeclaredDestination extends Partial<Decided> {
  /**
   * Where events are sent to. Its path and query may contain `{{path}}`. If they are secret, only scheme and
   * host are here, and `set-secrets` gives the whole URL.
   */
  readonly url?: string;
  /** Name of one of the stage's `targets`, instead of a URL. */
  readonly target?: string;
  /** The events that it wants, such as `["alert"]`. @defaultValue `all` */
  readonly events?: "all" | readonly string[];
  /** Waits between attempts, such as `5s,5m,2h`, or `none`. @defaultValue `5s,5m,30m,2h,5h,10h,10h` */
  readonly schedule?: string | Schedule;
  /** The body: a file with it, beside that of the stage, or the document itself. */
  readonly template?: string | object;
}

/** Options of {@link readDeclared}. */
export interface DeclaredOptions {
  /** Which addresses may be called that are not public. */
  readonly allowPrivate: boolean | readonly string[];
  /** Returns the text of a template's file. */
  readonly readTemplate: (file: string) => string;
}

/** A destination of a stage's file: its item, or what is wrong. */
export interface ReadDeclared {
  /** The item, with what differs from the defaults, in the order of names. */
  readonly item: Attributes;
  readonly mistakes: readonly Mistake[];
}

/** Reads a destination that a stage's file declares, with the readers of the settings that commands give. */
export function readDeclared(id: string, given: unknown, options: DeclaredOptions): ReadDeclared {
  if (!isJsonObject(given))
    return { item: {}, mistakes: [{ problem: `must be an object, not ${describeValue(given)}.` }] };
  const { target, url, template, ...rest } = given;
  const place = target === undefined ? String(url ?? "") : `target:${String(target)}`;
  const followers = Object.keys(rest).filter(followsFromSecrets);
  const own = Object.fromEntries(Object.entries(rest).filter(([name]) => !followers.includes(name)));
  const text = templateText(template, options);
  const values = {
    ...own,
    ...(template === undefined ? {} : { format: "template", ...own, template: text.text }),
  };
  const { settings, mistakes } = checkSettings({ ...values, id, url: originOf(place) });
  const placed = placeMistakes({ target, url }, options);
  return {
    item: itemOf({ id, place, names: Object.keys(values), settings }),
    mistakes: [
      ...placed,
      ...text.mistakes,
      ...followers.map((field) => ({
        field,
        problem: "follows from its secrets, which are not in the file.",
      })),
      ...mistakes.filter(({ field }) => field !== "url" || placed.length === 0),
      ...conditionMistakes(settings),
      ...(typeof url === "string" && placed.length === 0 ? batchMistakes(settings, url) : []),
    ],
  };
}

function conditionMistakes({ where }: DestinationSettings): Mistake[] {
  const mistake = where === undefined ? undefined : conditionMistake(where, "event");
  return mistake === undefined ? [] : [{ field: "where", problem: `${mistake}.` }];
}

function batchMistakes(settings: DestinationSettings, url: string): Mistake[] {
  return [batchUrlMistake(settings, url)].filter((mistake) => mistake !== undefined);
}

/** The destinations of a stage's file: their items, or what is wrong. */
export interface ReadAllDeclared {
  readonly items: readonly Attributes[];
  /** Fields are as in the file, such as `destinations.crm.url`. */
  readonly mistakes: readonly Mistake[];
}

/** The field of a stage that has them. */
const FIELD = "destinations";

/** Reads all destinations that a stage's file declares, by their ids. */
export function readAllDeclared(declared: unknown, options: DeclaredOptions): ReadAllDeclared {
  if (!isJsonObject(declared))
    return {
      items: [],
      mistakes: [{ field: FIELD, problem: `must be an object, not ${describeValue(declared)}.` }],
    };
  const all = Object.entries(declared);
  if (all.length > MAX_DESTINATIONS)
    return { items: [], mistakes: [{ field: FIELD, problem: `must be up to ${MAX_DESTINATIONS}.` }] };
  const read = all.map(([id, given]) => [id, readDeclared(id, given, options)] as const);
  return {
    items: read.map(([, { item }]) => item),
    mistakes: read.flatMap(([id, { mistakes }]) =>
      mistakes.map(({ field, ...rest }) => ({
        ...rest,
        field: [FIELD, id, ...(field === undefined ? [] : [field])].join("."),
      })),
    ),
  };
}

/** A text is the name of a file. */
function templateText(template: unknown, { readTemplate }: DeclaredOptions) {
  if (typeof template === "object" && template !== null)
    return { text: JSON.stringify(template), mistakes: [] };
  try {
    return { text: template === undefined ? undefined : readTemplate(String(template)), mistakes: [] };
  } catch (error) {
    return { text: "{}", mistakes: [{ field: "template", problem: `cannot be read: ${messageOf(error)}.` }] };
  }
}

/** More than any receiver takes. */
const MAX_URL = 2048;

function placeMistakes(
  { target, url }: { readonly target?: unknown; readonly url?: unknown },
  { allowPrivate }: DeclaredOptions,
): Mistake[] {
  if ((target === undefined) === (url === undefined)) return [{ problem: "needs either url or target." }];
  if (target !== undefined)
    return targetNameOf(`target:${String(target)}`) === undefined
      ? [{ field: "target", problem: "must be the name of one of the stage's targets." }]
      : [];
  try {
    if (typeof url !== "string" || url.length > MAX_URL)
      return [{ field: "url", problem: `must be a text of up to ${MAX_URL} characters.` }];
    readReceiver(url, allowPrivate);
    readUrlTemplate(url);
    return [];
  } catch (error) {
    const [mistake = { problem: messageOf(error) }] = error instanceof RainhooksError ? error.mistakes : [];
    const problem = `cannot be used: ${mistake.problem}`;
    return [{ problem, field: "url", remedy: mistake.kind === "has-user" ? REMEDY : mistake.remedy }];
  }
}

const REMEDY = "Give them with destinations set-secrets --basic.";

/**
 * Only what differs from the defaults is in the item, so that a plan shows what the file says, and a new
 * default changes no item.
 */
function itemOf({
  id,
  place,
  names,
  settings,
}: {
  readonly id: string;
  readonly place: string;
  readonly names: readonly string[];
  readonly settings: DestinationSettings;
}): Attributes {
  const defaults = checkSettings({ id, url: "https://example.com" }).settings;
  const usual = new Map<string, string>(
    Object.entries(defaults).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  const chosen = Object.entries({ ...settings, schedule: formatSchedule(settings.schedule) }).filter(
    ([name, value]) =>
      names.includes(name) &&
      usual.get(name) !== JSON.stringify(name === "schedule" ? settings.schedule : value),
  );
  const all = [...chosen, ["id", id] as const, ["origin", FROM_FILE] as const, ["url", place] as const];
  return marshall(Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1))), {
    removeUndefinedValues: true,
  });
}
