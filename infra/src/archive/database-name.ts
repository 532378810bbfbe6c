import { nameOf } from "@rainhooks/stack/config/config";
import type { StageConfig } from "../config.ts";

/** Returns the name of the Glue database of a stage's archive, which has no dashes. */
export function databaseName(config: StageConfig): string {
  return nameOf(config, "archive").replaceAll("-", "_");
}
