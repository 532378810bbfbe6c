import type { StageConfig } from "../src/config.ts";
import { dev } from "./dev.ts";
import { prod } from "./prod.ts";

/** All stages of this deployment. Each becomes a separate stack. */
export const STAGES: readonly StageConfig[] = [dev, prod];
