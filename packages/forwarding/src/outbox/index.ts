export { OUTBOX_KEEP_MS } from "./entry.ts";
