import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type EventType, shortType } from "@rainhooks/core/catalog";
import { notFound } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import { type EventChanges, presentEvent } from "@rainhooks/core/present-event";

/** In the installed package, and in a clone of the project. */
const FOLDERS = ["../samples", "../../../../docs/samples"].map((path) => resolve(import.meta.dirname, path));

/** Returns the sample of an event as JSON, with the present time and with changes. */
export async function sampleBody(type: EventType, changes: EventChanges): Promise<string> {
  return JSON.stringify(presentEvent(await readSample(type), changes, Date.now()));
}

/** Reads the sample of an event type, as it is in `docs/samples`. */
async function readSample(type: EventType): Promise<JsonObject> {
  const folder = FOLDERS.find(existsSync) ?? "";
  const text = await readFile(join(folder, `${shortType(type)}.json`), "utf8").catch(() => "");
  const sample = tryParseJson(text);
  if (isJsonObject(sample)) return sample;
  throw notFound(`There is no sample of ${shortType(type)}. Use publish with an event of your own.`);
}
