export { decodeEvents, OUTBOX_KEEP_MS, packEvents } from "./entry.ts";
