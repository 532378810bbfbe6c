import { readFile } from "node:fs/promises";
import { messageOf, RainhooksError, shortType } from "@rainhooks/core";
import { MAX_LIST, type ReplayRequest, type Subscribed } from "@rainhooks/operate";
import { eventOf } from "../event-of.ts";
import { fromCaller } from "../reach/caller.ts";
import type { StageOptions } from "../reach/stage.ts";

/** Options of `replay plan` and `replay start`. */
export interface ReplayOptions extends StageOptions {
  readonly webhook: string;
  readonly from: number;
  readonly to?: number | undefined;
  readonly event?: readonly string[] | undefined;
  /** Nodes by id, start of it, or name. */
  readonly node?: readonly string[] | undefined;
  /** Ids of nodes, in place of them. */
  readonly nodeIds?: readonly string[] | undefined;
  readonly id?: readonly string[] | undefined;
  readonly idsFrom?: string | undefined;
  readonly address?: string | undefined;
  readonly findWith?: string | undefined;
  readonly rate: number;
  readonly maxDeadLetters: number;
  readonly wait?: boolean | undefined;
}

/** @throws {RainhooksError} `input-invalid` for events that the webhook never gets. */
export function refuseUnsubscribed({ webhook, events = [] }: ReplayRequest, { topics }: Subscribed): void {
  const unwanted = events.map(shortType).filter((type) => topics[type] === undefined);
  if (unwanted.length === 0) return;
  throw wrong(`${webhook} does not get ${unwanted.join(", ")}. It gets: ${Object.keys(topics).join(", ")}.`);
}

/** Maximum length of an address. */
const MAX_ADDRESS = 100;

/**
 * Converts the options of a command.
 *
 * @param latestMs End of the range if none is given.
 * @throws {RainhooksError} `input-invalid` for options that make no sense.
 */
export async function requestOf(
  options: ReplayOptions,
  { latestMs, nowMs }: { readonly latestMs: number; readonly nowMs: number },
): Promise<ReplayRequest> {
  const { webhook, from: fromMs, to: toMs = latestMs, event, node, address, rate, maxDeadLetters } = options;
  if (toMs <= fromMs) throw wrong("--from must be before --to.");
  if (toMs > nowMs) throw wrong(`--to ${new Date(toMs).toISOString()} is in the future.`);
  if (address !== undefined && (address === "" || address.length > MAX_ADDRESS))
    throw wrong(`--address must have 1 to ${MAX_ADDRESS} characters.`);
  const ids = await idsOf(options);
  return {
    webhook,
    fromMs,
    toMs,
    ...(event === undefined ? {} : { events: event.map(eventOf) }),
    ...(node === undefined ? {} : { nodes: node }),
    ...(ids === undefined ? {} : { ids }),
    ...(address === undefined ? {} : { address }),
    rate,
    maxDeadLetters,
  };
}

async function idsOf({ id = [], idsFrom }: ReplayOptions): Promise<string[] | undefined> {
  if (idsFrom === undefined) return id.length === 0 ? undefined : [...id];
  const file = fromCaller(idsFrom);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw wrong(`The ids cannot be read: ${messageOf(error)}`);
  });
  // A file of one column with a header, as "archive query --csv" prints it.
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^"(.*)"$/, "$1"));
  const ids = [...new Set([...id, ...lines.filter((line) => line !== "" && line !== "id")])];
  if (ids.length === 0) throw wrong(`${file} has no ids. Write one per line.`);
  if (ids.length > MAX_LIST)
    throw wrong(
      `${file} has ${ids.length} ids; the maximum is ${MAX_LIST}. Select by time, node or event instead.`,
    );
  return ids;
}

function wrong(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
