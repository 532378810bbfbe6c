import { existsSync, statSync } from "node:fs";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { fromCaller } from "./caller.ts";

/**
 * The values of `--data`: JSON for the event, and the data folder of the local stage as for every command.
 */
export interface DataValues {
  readonly json?: string;
  readonly folder?: string;
}

/** Creates the option `--data` of `trigger`. It accepts JSON or a data folder; both can be given. */
export function dataOption() {
  return new Option(
    "--data <json>",
    "fields of the event's data, as JSON; a folder is the data folder of the local stage (both may be given)",
  ).argParser((text: string, before: DataValues | undefined): DataValues => {
    if (isFolder(text)) return { ...before, folder: text };
    if (/^\s*[{["]/.test(text)) return { ...before, json: text };
    throw new InvalidArgumentError("It is neither a JSON object nor an existing folder.");
  });
}

function isFolder(text: string): boolean {
  const path = fromCaller(text);
  return text !== "" && existsSync(path) && statSync(path).isDirectory();
}
