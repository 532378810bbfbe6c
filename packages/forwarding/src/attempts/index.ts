export { hasDestination, isDestinationId, readDestinationIds } from "../destinations/ids.ts";
export { type Attempt, attemptId } from "./attempt.ts";
export { attemptsOfEvent, isAttemptPlace, listAttempts, readAttempt } from "./read-attempts.ts";
