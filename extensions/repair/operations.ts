import { DEAD_LETTER_OPERATIONS } from "./operations/dead-letters.ts";
import { READ_DEAD_LETTERS } from "./operations/read-dead-letters.ts";
import { REBUILD_OPERATIONS } from "./operations/rebuild.ts";
import { REPLAY_OPERATIONS } from "./operations/replay.ts";
import { trace } from "./operations/trace.ts";
import { verify } from "./operations/verify.ts";

/** What can be done about dead letters, and again from the archive. */
export const OPERATIONS = [
  ...READ_DEAD_LETTERS,
  ...DEAD_LETTER_OPERATIONS,
  ...REPLAY_OPERATIONS,
  trace,
  ...REBUILD_OPERATIONS,
  verify,
];
