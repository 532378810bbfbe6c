import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type EventType, shortType } from "@rainhooks/core/catalog";
import { notFound } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, parseJson, tryParseJson } from "@rainhooks/core/json";
import { type EventChanges, presentEvent } from "@rainhooks/core/present-event";
import { optionalText } from "../query/params/kinds.ts";
import { type Param, ParamMistake, type ValuesOf } from "../query/params/param.ts";

const MAX_FIELDS = 100_000;
const fields: Param<string | undefined> = {
  ...optionalText({
    description: "Fields of the event's data, as JSON.",
    placeholder: "json",
    maxLength: MAX_FIELDS,
  }),
  read: (text) => {
    const parsed = text.length > MAX_FIELDS ? undefined : parseJson(text);
    if (parsed?.ok && isJsonObject(parsed.value)) return text;
    throw new ParamMistake(
      `must be a JSON object of up to ${MAX_FIELDS} characters with fields of the event's data. In a shell, write it in single quotes`,
    );
  },
};

const node = optionalText({
  description: "Node of the event: a whole id, which the stage need not know.",
  placeholder: "id",
  maxLength: 256,
});
const readNode = (text: string) => {
  if (text.trim() === "") throw new ParamMistake("must be the id of a node");
  return node.read(text);
};

/** What can be changed in the sample of an event. */
export const SAMPLE_CHANGES = { node: { ...node, read: readNode }, fields };

/** Returns the changes that a request asks for. */
export function changesOf({
  node,
  fields: text = "",
}: ValuesOf<typeof SAMPLE_CHANGES>): EventChanges {
  const data = tryParseJson(text);
  return { node, data: isJsonObject(data) ? data : {} };
}

/** In the installed package, and in a clone of the project. */
const FOLDERS = ["../samples", "../../../../docs/samples"].map((path) =>
  resolve(import.meta.dirname, path),
);

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
  throw notFound(
    `There is no sample of ${shortType(type)}. Use publish with an event of your own.`,
  );
}
