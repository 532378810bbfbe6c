import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import { namedAction } from "@rainhooks/stage/routes/guard";
import { readBody } from "@rainhooks/stage/routes/read-body";
import type { StageSource } from "@rainhooks/stage/stage-source";
import { Hono } from "hono";
import * as v from "valibot";
import { BODY_FORMATS } from "../destinations/destination.ts";
import { MAX_KNOWN_AGE_MS } from "../destinations/known-destinations.ts";
import type { CurrentDestination } from "../destinations/manage.ts";
import { type GivenSettings, giveDestination, updateDestination } from "../operations/give-destination.ts";
import { parseSchedule } from "../schedule/schedule.ts";
import { newSigningSecret } from "../secrets/rotate.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";

/** More than any of them may have: what is too long is said by who reads it. */
const [MAX_NAME, MAX_TEXT, MAX_LIST] = [300, 70_000, 600];
const name = v.pipe(v.string(), v.maxLength(MAX_NAME));
const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const names = v.pipe(v.array(name), v.maxLength(MAX_LIST));

/** Not empty. */
const written = (schema: v.GenericSchema<string>) => v.pipe(schema, v.minLength(1));

/** A destination as a form gives it. What is secret is absent where it stays as it is. */
const given = v.object({
  id: name,
  url: v.optional(text),
  description: v.optional(text),
  /** Empty for all. */
  events: v.optional(names),
  nodes: v.optional(names),
  tags: v.optional(names),
  /** Empty for every event. */
  where: v.optional(text),
  format: v.optional(name),
  template: v.optional(text),
  /** Null for no maximum. */
  ratePerS: v.optional(v.nullable(v.number())),
  concurrency: v.optional(v.number()),
  /** As commands write it: `5s,5m,2h`. */
  schedule: v.optional(name),
  eachCopy: v.optional(v.boolean()),
  /** Null for each event by itself. */
  batchEvents: v.optional(v.nullable(v.number())),
  batchWaitS: v.optional(v.number()),
  inOrder: v.optional(v.boolean()),
  header: v.optional(v.object({ name: written(name), value: written(text) })),
  basic: v.optional(v.object({ user: written(name), password: written(text) })),
  /** Whether secrets that stay are for another host, too. */
  sameSecrets: v.optional(v.boolean()),
});
type Given = v.InferOutput<typeof given>;

/** What was added or changed, for people. */
interface GivenAnswer {
  readonly text: string;
  /** With which the receiver verifies requests: it is shown once. */
  readonly signingSecret?: string;
}

/** What can be chosen in a form of a destination. */
export interface DestinationChoices {
  readonly events: readonly string[];
  readonly formats: readonly string[];
}

/** Routes that add, change and remove destinations. */
export function destinationActions(source: StageSource): Hono {
  const app = new Hono();
  const choices: DestinationChoices = { events: EVENT_TYPES.map(shortType), formats: BODY_FORMATS };
  app.get("/destination-choices", (context) => context.json(choices));
  app.post("/actions/destination-add", namedAction("destination-add"), async (context) => {
    const { id, url = "", header, basic, sameSecrets: _, ...rest } = await readBody(context, given);
    const secret = newSigningSecret();
    const secrets: DestinationSecrets = {
      ...{ url, signingSecrets: [{ secret }], headers: headersOf(header) },
      ...(basic === undefined ? {} : { basic }),
    };
    const added = await giveDestination(await source.look(), { id, ...settingsIn(rest) }, secrets);
    return context.json<GivenAnswer>({
      text: [`${added.destination.id} is active. ${SOON}`, ...added.notes].join("\n"),
      signingSecret: secret,
    });
  });
  app.post("/actions/destination-set", namedAction("destination-set"), async (context) => {
    const { id, url, header, basic, sameSecrets, ...rest } = await readBody(context, given);
    const isSecret = url !== undefined || header !== undefined || basic !== undefined;
    const secretsAfter = async ({ secrets }: CurrentDestination) =>
      changedSecrets(await secrets(), { url, header, basic });
    const update = {
      settings: settingsIn(rest),
      secretsAfter: isSecret ? secretsAfter : undefined,
      changesUrl: url !== undefined,
      sameSecrets,
    };
    const { notes } = await updateDestination(await source.look(), id, update);
    return context.json<GivenAnswer>({ text: [`${id} was changed. ${SOON}`, ...notes].join("\n") });
  });
  return app;
}

const SOON = `The stage knows it ${MAX_KNOWN_AGE_MS / 1000} seconds later.`;

/** Returns secrets with what was given of them; the others stay. */
export function changedSecrets(
  before: DestinationSecrets,
  { url, header, basic }: Pick<Given, "url" | "header" | "basic">,
): DestinationSecrets {
  return {
    ...before,
    ...(url === undefined ? {} : { url }),
    ...(basic === undefined ? {} : { basic }),
    headers: { ...before.headers, ...headersOf(header) },
  };
}

function headersOf(header: Given["header"]): Record<string, string> {
  return header === undefined ? {} : { [header.name.toLowerCase()]: header.value };
}

/** Returns settings as they are checked. */
function settingsIn({
  events,
  where,
  schedule,
  ratePerS,
  batchEvents,
  format,
  template,
  ...rest
}: Omit<Given, "id" | "url" | "header" | "basic" | "sameSecrets">): GivenSettings {
  const isTemplate = format === "template";
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    ...(events === undefined ? {} : { events: events.length === 0 ? "all" : events }),
    ...(where === undefined ? {} : { where: where.trim() === "" ? undefined : where }),
    ...(schedule === undefined ? {} : { schedule: parseSchedule(schedule) }),
    ...(ratePerS === undefined ? {} : { ratePerS: ratePerS ?? undefined }),
    ...(batchEvents === undefined ? {} : { batchEvents: batchEvents ?? undefined }),
    ...(format === undefined ? {} : { format, template: isTemplate ? template : undefined }),
  };
}
