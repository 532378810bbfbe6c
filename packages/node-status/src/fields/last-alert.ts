import { isJsonObject } from "@rainhooks/core";
import type { Source } from "../source.ts";
import { shownAsIs } from "./field.ts";
import { newestField } from "./newest-field.ts";
import { cut } from "./texts.ts";

/** The newest alert of a node. */
export interface LastAlert extends Source {
  readonly text: string;
}

const MAX_TEXT_LENGTH = 200;

/** The last alert. A node sends it as `{"esp.alert.str": "…"}` or as any other JSON. */
export const lastAlert = shownAsIs(
  newestField<LastAlert>(
    (event, { source }) => {
      if (event.type !== "rmaker.event.alert") return undefined;
      const { message } = event.data;
      const alert = isJsonObject(message) ? message["esp.alert.str"] : message;
      const text = typeof alert === "string" ? alert : JSON.stringify(message);
      return { ...source, text: cut(text, MAX_TEXT_LENGTH) };
    },
    (stored) => (typeof stored["text"] === "string" ? { ...stored, text: stored["text"] } : undefined),
  ),
);
