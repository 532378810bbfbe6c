import { REPLAY_OPERATIONS } from "./operations/replay.ts";

/** What can be done again from the archive. */
export const OPERATIONS = [...REPLAY_OPERATIONS];
