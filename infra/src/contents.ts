import { FUNCTIONS, SHIPPED } from "@rainhooks/app-list";
import { bundleZip } from "@rainhooks/app-list/bundles";
import type { StageContents } from "./stack.ts";

/** The functions and their bundles, as all stages of this deployment use them. */
export const CONTENTS: StageContents = { functions: FUNCTIONS, bundleZip };

/** Those that come with Rainhooks: what tests and docs are about. */
export const SHIPPED_CONTENTS: StageContents = { functions: SHIPPED, bundleZip };
