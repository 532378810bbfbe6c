import type { Source } from "../source.ts";
import { shownAsIs } from "./field.ts";
import { newestField } from "./newest-field.ts";
import { cut } from "./texts.ts";

/** Why the last MQTT session of a node ended, as AWS IoT says. */
export interface DisconnectReason extends Source {
  /** Such as `MQTT_KEEP_ALIVE_TIMEOUT`. */
  readonly reason: string;
  readonly sessionId?: string;
}

const MAX_LENGTH = 40;

/** Why the last session ended. Only in stages that ask AWS IoT for it. */
export const disconnectReason = shownAsIs(
  newestField<DisconnectReason>(
    (event, { source }) => {
      if (event.type !== "rainhooks.event.node_session_ended") return undefined;
      const { reason, sessionId } = event.data;
      if (reason === undefined || reason === "") return undefined;
      const session = sessionId === undefined ? {} : { sessionId: cut(sessionId, MAX_LENGTH) };
      return { ...source, reason: cut(reason, MAX_LENGTH), ...session };
    },
    (stored) => (typeof stored["reason"] === "string" ? { ...stored, reason: stored["reason"] } : undefined),
  ),
);
