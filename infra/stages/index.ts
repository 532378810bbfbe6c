import type { StageConfig } from "../src/config.ts";
import { dev } from "./dev.ts";
import { prod } from "./prod.ts";

/** Every stage of this deployment; each becomes a stack of its own. */
export const STAGES: readonly StageConfig[] = [dev, prod];
