import { type EventType, isDerived } from "@rainhooks/core/catalog";
import type { EventSources } from "@rainhooks/stack/sources";
import { NEO_EVENTS } from "../iot-rules.ts";
import type { NeoFields } from "./fields.ts";

/** Whether the events of a stage come from RainMaker Neo. */
export function isNeo({ source }: NeoFields): boolean {
  return source === "neo";
}

/**
 * Whether a stage asks AWS IoT why nodes disconnect. One on RainMaker Neo reads the same presence events
 * anyway.
 */
export function hasDisconnectReasons(config: NeoFields): boolean {
  return config.disconnectReasons ?? isNeo(config);
}

/** The event of a rule of AWS IoT, which a stage has only if it asks for it. */
const SESSION_ENDED: EventType = "rainhooks.event.node_session_ended";

const NEO_TYPES: ReadonlySet<EventType> = new Set(NEO_EVENTS);

/** Returns which events a stage has. RainMaker Neo has no topics, so with it all are the stage's own. */
export function sourcesOf(config: NeoFields): EventSources {
  return {
    makesTopics: isNeo(config),
    isAbsent: (type) =>
      (type === SESSION_ENDED && !hasDisconnectReasons(config)) ||
      (isNeo(config) && !isDerived(type) && !NEO_TYPES.has(type)),
  };
}
