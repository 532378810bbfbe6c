export type { NeoEvent } from "./neo-event.ts";
export { MAX_EVENT_BYTES, readInput } from "./read-input.ts";
export { type IotRule, NEO_RULES, SESSION_ENDED_RULE } from "./rules.ts";
