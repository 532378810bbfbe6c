export { isDestinationId } from "../destinations/read-settings.ts";
export { readDestination, readDestinations } from "../destinations/store.ts";
export { type Attempt, attemptId } from "./attempt.ts";
export { attemptsOfEvent, isAttemptPlace, listAttempts, readAttempt } from "./read-attempts.ts";
