import type { Rebuilds } from "../rebuilds.ts";
import { interruptedRebuilds } from "../repair/interrupted-rebuild.ts";

/** What rebuilds stores in the battery. */
export const REBUILDS: readonly Rebuilds[] = [interruptedRebuilds];
