import { LETTER_OPERATIONS } from "./operations/letters.ts";
import { READ_LETTERS } from "./operations/read-letters.ts";
import { REBUILD_OPERATIONS } from "./operations/rebuild.ts";
import { REPLAY_OPERATIONS } from "./operations/replay.ts";
import { trace } from "./operations/trace.ts";
import { verify } from "./operations/verify.ts";

/** What can be done about dead letters, and again from the archive. */
export const OPERATIONS = [
  ...READ_LETTERS,
  ...LETTER_OPERATIONS,
  ...REPLAY_OPERATIONS,
  trace,
  ...REBUILD_OPERATIONS,
  verify,
];
