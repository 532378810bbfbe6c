import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder with a sample of each event of the catalog, with every known field: `<type>.json`. */
const FOLDER = join(import.meta.dirname, "../../../docs/samples");

/** An event of a type that is not in the catalog. */
const UNKNOWN = {
  event_version: "v1",
  id: "1",
  event_type: "rmaker.event.something_new",
  timestamp: 1_700_000_000_123,
  event_data: { node_id: "thing3", x: 1 },
};

/** The samples by their event types without prefix. */
export const SAMPLES_BY_TYPE: ReadonlyMap<string, object> = new Map(
  readdirSync(FOLDER)
    .sort()
    .map((file): [string, object] => [
      file.replace(/\.json$/, ""),
      JSON.parse(readFileSync(join(FOLDER, file), "utf8")),
    ]),
);

/** The bodies of the samples, and of an event of an unknown type. */
export const EVENT_SAMPLES: readonly object[] = [...SAMPLES_BY_TYPE.values(), UNKNOWN];
