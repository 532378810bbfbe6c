export { hasDestination, isDestinationId, readDestinationIds } from "../destinations/ids.ts";
export { type Attempt, attemptId } from "./attempt.ts";
export { attemptsOfEvent, isAttemptCursor, listAttempts, readAttempt } from "./read-attempts.ts";
