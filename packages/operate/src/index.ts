export { dropDeadLetters } from "./drop-dead-letters.ts";
export { type DeadLetterReader, type DeadLetterSeen, readDeadLetters } from "./read-dead-letters.ts";
export { type Redriven, redrive } from "./redrive.ts";
