import type { Source } from "../source.ts";
import { readableAsIs } from "./field.ts";
import { newestField } from "./newest-field.ts";
import { truncateText } from "./texts.ts";

/** Why the last MQTT session of a node ended, as AWS IoT says. */
export interface DisconnectReason extends Source {
  /** Such as `MQTT_KEEP_ALIVE_TIMEOUT`. */
  readonly reason: string;
  readonly sessionId?: string;
}

const MAX_LENGTH = 40;

/** Why the last session ended. Only in stages that ask AWS IoT for it. */
export const disconnectReason = readableAsIs(
  newestField<DisconnectReason>(
    (event, { source }) => {
      if (event.type !== "rainhooks.event.node_session_ended") return undefined;
      const { reason, sessionId } = event.data;
      if (reason === undefined || reason === "") return undefined;
      const session =
        sessionId === undefined ? {} : { sessionId: truncateText(sessionId, MAX_LENGTH) };
      return { ...source, reason: truncateText(reason, MAX_LENGTH), ...session };
    },
    (stored) =>
      typeof stored["reason"] === "string" ? { ...stored, reason: stored["reason"] } : undefined,
  ),
);
