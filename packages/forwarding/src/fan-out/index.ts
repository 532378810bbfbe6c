export { copyMemory } from "../copies/memory.ts";
export { knownDestinations } from "../destinations/known-destinations.ts";
export { sendAttempts } from "../messages/send-attempts.ts";
export { fanOutSink } from "./fan-out-sink.ts";
export { tagCache } from "./tag-cache.ts";
