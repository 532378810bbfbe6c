export { addNodes, addTags } from "./mapping.ts";
export { Publisher, publisherOf } from "./publisher.ts";
export type { RainmakerMessage } from "./rainmaker.ts";
export { type RunningRainmaker, readPassword, SUPER_ADMIN, startRainmaker } from "./start.ts";
