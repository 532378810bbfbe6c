export { dropDeadLetters } from "./drop-dead-letters.ts";
export { removeLeftovers } from "./listen/leftovers.ts";
export { type ListenOptions, listen } from "./listen/listen.ts";
export type { ListenClients, ListenPlace } from "./listen/queue.ts";
export { type DeadLetterReader, type DeadLetterSeen, readDeadLetters } from "./read-dead-letters.ts";
export { type Redriven, redrive } from "./redrive.ts";
