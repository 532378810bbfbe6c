export { explainFailure, failureOf } from "./aws-failure.ts";
export { type AwsClients, clientOptions, localClients } from "./clients.ts";
export { listDeployed, type OutputsVersion, readOutputs, readOutputsHistory, ssmClient } from "./deployed.ts";
export { describeDelivery } from "./describe-delivery.ts";
export { EVENT_FEED_PATH, type EventFeedLine, MAX_FEED_PAST, readEventFeed } from "./event-feed.ts";
export { DATA_FOLDER, type FoundDataFolder, findDataFolder, openFolder } from "./find-data-folder.ts";
export { isAlive } from "./is-alive.ts";
export { OLDEST_MESSAGES_PATH, type OldestMessages, readOldestMessages } from "./oldest-messages.ts";
export {
  type FunctionOutputs,
  functionOf,
  functionsOf,
  isStageName,
  QUERY_API,
  type QueuedOutputs,
  type StageOutputs,
} from "./outputs.ts";
export { WAITING_CHANNEL } from "./patience.ts";
export {
  PUBLISHED_COUNTS_PATH,
  type PublishedCount,
  type PublishedCounts,
  readPublishedCounts,
} from "./published-counts.ts";
export {
  addressOf,
  allQueued,
  archiveOf,
  isByFirehose,
  type LocalStage,
  queuedOf,
  queueNameOf,
  type ReachedStage,
  reachAddress,
  reachRunningStage,
  redriveQueueOf,
  type StageAddress,
  tableOf,
  whyNoQueue,
} from "./reached.ts";
export {
  findRunningStage,
  removeStageFile,
  requireRunningStage,
  type StageFile,
  writeStageFile,
} from "./stage-file.ts";
export { type Reach, StageSource } from "./stage-source.ts";
export { readLiveTables, slotClient, tablesOfStore, withLiveTables } from "./tables/live-tables.ts";
export { belongTogether } from "./versions.ts";
export { WRITE_BUFFERED_PATH, writeBuffered } from "./write-buffered.ts";
