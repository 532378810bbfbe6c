import { isJsonObject, type JsonValue } from "@rainhooks/core/json";
import type { Source } from "../source.ts";
import { readableAsIs } from "./field.ts";
import { newestField } from "./newest-field.ts";
import { truncateText } from "./texts.ts";

/** The newest alert of a node. */
export interface LastAlert extends Source {
  readonly text: string;
}

const MAX_TEXT_LENGTH = 200;

/** The last alert. A node sends it as `{"esp.alert.str": "…"}` or as any other JSON. */
export const lastAlert = readableAsIs(
  newestField<LastAlert>(
    (event, { source }) => {
      if (event.type !== "rmaker.event.alert") return undefined;
      return { ...source, text: alertText(event.data.message) };
    },
    (stored) =>
      typeof stored["text"] === "string" ? { ...stored, text: stored["text"] } : undefined,
  ),
);

/** Returns the text of an alert's message, shortened. */
export function alertText(message: JsonValue): string {
  const alert = isJsonObject(message) ? message["esp.alert.str"] : message;
  const text = typeof alert === "string" ? alert : JSON.stringify(message);
  return truncateText(text, MAX_TEXT_LENGTH);
}
