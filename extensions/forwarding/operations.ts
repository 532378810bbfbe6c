import type { Operation } from "@rainhooks/stage/operations/operation";
import { pause } from "./operations/pause.ts";
import { recover } from "./operations/recover-destination.ts";
import { resume } from "./operations/resume.ts";

/** What can be done about destinations. */
export const OPERATIONS: readonly Operation[] = [pause, resume, recover];
