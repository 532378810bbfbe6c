export { addNodes, addTags } from "./mapping.ts";
export { type NeoMessage, neoPublisherOf, type RunningNeo, startNeo } from "./neo/start-neo.ts";
export { Publisher, publisherOf } from "./publisher.ts";
export type { RainmakerMessage } from "./rainmaker.ts";
export type { RunningBroker } from "./running-broker.ts";
export { type RunningRainmaker, readPassword, SUPER_ADMIN, startRainmaker } from "./start.ts";
