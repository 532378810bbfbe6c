export { type Chance, chanceOf } from "./chance.ts";
export { type Emulators, startEmulators } from "./emulators/embedded.ts";
export { openJournal } from "./emulators/firehose/journal.ts";
export { forward } from "./faults/proxy.ts";
export { type FaultyServices, faultyServices } from "./faults/services.ts";
export { makeFolder } from "./folder.ts";
export { toSqsRecord } from "./lambda/event-source-mapping.ts";

export type { HandledBatch, RecordOutcome } from "./lambda/record-outcomes.ts";
export { listen } from "./listen.ts";
export { localServer } from "./local-server.ts";
export { provisionStage } from "./provision/provision.ts";
export { type FunctionQueues, provisionQueues } from "./provision/queues.ts";
export { type PublishedMessage, publish, type SnsMessage } from "./publish.ts";
export { RUNTIME_PATH } from "./runtime-path.ts";
export { claimFolder, dataHeldError, holdData } from "./stage/hold-data.ts";
export {
  withShortestWaits,
  withShortWaits,
  withTimeout,
  withVisibilityTimeout,
} from "./stage/short-waits.ts";
export { type Stage, startStage } from "./stage/stage.ts";
export type { StageOptions } from "./stage/stage-options.ts";
export { stopInTurn } from "./stop-in-turn.ts";
