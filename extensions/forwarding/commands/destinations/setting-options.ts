import { readFile } from "node:fs/promises";
import { SECOND_MS } from "@rainhooks/core/durations";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { fromCaller } from "@rainhooks/stage/commands/caller";
import type { DestinationSettings } from "../../destinations/destination.ts";
import { DEFAULT_SCHEDULE, parseSchedule } from "../../schedule/schedule.ts";

/** Options of what is not secret of a destination. */
export interface SettingOptions {
  readonly description?: string | undefined;
  readonly events?: string | undefined;
  readonly nodes?: string | undefined;
  readonly tags?: string | undefined;
  readonly where?: string | undefined;
  readonly format?: string | undefined;
  /** File with the template. */
  readonly template?: string | undefined;
  readonly rate?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly schedule?: string | undefined;
  readonly eachCopy?: boolean | undefined;
  readonly batch?: string | undefined;
  readonly batchWait?: number | undefined;
  readonly batchBytes?: number | undefined;
  readonly inOrder?: boolean | undefined;
}

/** Settings of a destination as text and numbers, to be checked by `readSettings`. */
type Unchecked = { readonly [Name in keyof DestinationSettings]?: unknown };

const ALL = "all";
const NONE = "none";
const DEFAULT = "default";

/**
 * Returns the settings that options give, as `readSettings` reads them.
 *
 * @throws {RainhooksError} `input-invalid` for what cannot be read.
 */
export async function givenSettings(options: SettingOptions): Promise<Unchecked> {
  const { description, events, nodes, tags, where, rate, concurrency, schedule, eachCopy } = options;
  const { batch, batchWait, batchBytes, inOrder } = options;
  const given: Unchecked = {
    ...{ description, concurrency, eachCopy, batchBytes, inOrder },
    batchWaitS: batchWait === undefined ? undefined : Math.round(batchWait / SECOND_MS),
    events: events === undefined || events === ALL ? events : listOf(events),
    nodes: nodes === undefined ? undefined : listOf(nodes),
    tags: tags === undefined ? undefined : listOf(tags),
    schedule: schedule === undefined ? undefined : scheduleOf(schedule),
  };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(set),
    ...whereOf(where),
    ...rateOf(rate),
    ...batchOf(batch),
    ...(await formatOf(options)),
  };
}

/** An empty text is an empty list. */
function listOf(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function scheduleOf(text: string) {
  return text === DEFAULT ? DEFAULT_SCHEDULE : parseSchedule(text);
}

/** An empty text takes the condition back. */
function whereOf(text: string | undefined): Unchecked {
  return text === undefined ? {} : { where: text.trim() === "" ? undefined : text };
}

function rateOf(text: string | undefined): Unchecked {
  if (text === undefined) return {};
  if (text === NONE) return { ratePerS: undefined };
  if (/^\d{1,9}$/.test(text)) return { ratePerS: Number(text) };
  throw new RainhooksError("input-invalid", `--rate is a number of requests per second, or ${NONE}.`);
}

function batchOf(text: string | undefined): Unchecked {
  if (text === undefined) return {};
  if (text === NONE) return { batchEvents: undefined };
  if (/^\d{1,9}$/.test(text)) return { batchEvents: Number(text) };
  throw new RainhooksError("input-invalid", `--batch is a maximum number of events, or ${NONE}.`);
}

async function formatOf({ format, template: file }: SettingOptions): Promise<Unchecked> {
  if (file !== undefined) return { format: "template", template: await readTemplate(file) };
  return format === undefined ? {} : { format, template: undefined };
}

async function readTemplate(file: string): Promise<string> {
  return readFile(fromCaller(file), "utf8").catch((error: unknown) => {
    throw new RainhooksError("input-invalid", `The template ${file} cannot be read: ${messageOf(error)}`);
  });
}
