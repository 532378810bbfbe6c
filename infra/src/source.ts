import type { StageConfig } from "./config/config.ts";

/** Whether the events of a stage come from RainMaker Neo. */
export function isNeo({ source }: StageConfig): boolean {
  return source === "neo";
}

/**
 * Whether a stage asks AWS IoT why nodes disconnect. One on RainMaker Neo reads the same presence events
 * anyway.
 */
export function hasDisconnectReasons(config: StageConfig): boolean {
  return config.disconnectReasons ?? isNeo(config);
}
