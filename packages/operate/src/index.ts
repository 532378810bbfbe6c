export { askedStage } from "./asked-stage.ts";
export { chosenLetters, type LetterChoice } from "./dead-letters/choose.ts";
export { dropDeadLetters } from "./dead-letters/drop.ts";
export { type LetterOutcome, type LetterResult, letterOutcomes } from "./dead-letters/outcomes.ts";
export {
  countDeadLetters,
  type DeadLetterCount,
  deadLetterQueueOf,
  deadLettersOf,
} from "./dead-letters/queues.ts";
export { type DeadLetterReader, type DeadLetterSeen, readDeadLetters } from "./dead-letters/read.ts";
export { type Redriven, redrive, redriveDeadLetters } from "./dead-letters/redrive.ts";
export { findDeadLetter, type Repaired, repairDeadLetter } from "./dead-letters/repair.ts";
export { removeLeftovers } from "./listen/leftovers.ts";
export { type ListenOptions, listen } from "./listen/listen.ts";
export type { ListenClients, ListenPlace } from "./listen/queue.ts";
export { readLiveTables, slotClient, tablesOfStore, withLiveTables } from "./live-tables.ts";
export { type CompareSlotsParts, compareSlots, type SlotComparison } from "./rebuild/compare-slots.ts";
export type { LeaseParts } from "./rebuild/lease.ts";
export {
  dropSlot,
  type NotSwitched,
  type RebuildParts,
  type RebuildResult,
  runRebuild,
  switchSlots,
} from "./rebuild/run.ts";
export { type Rebuild, type RebuildPhase, readState, type StoreState } from "./rebuild/state.ts";
export { type RecentDeliveries, recentDeliveries } from "./recent-deliveries.ts";
export {
  FORWARD,
  pausesToRecover,
  type Recovered,
  type RecoverParts,
  requestFor,
  settleMs,
} from "./recover/recover.ts";
export { recoverMissed } from "./recover/resume.ts";
export {
  isRunning,
  maxRepeats,
  NO_COUNTS,
  type ReplayJob,
  type ReplayRequest,
  type ReplaySelection,
  type ReplayState,
} from "./replay/job.ts";
export { MAX_LIST } from "./replay/job-item.ts";
export {
  cancelJob,
  createJob,
  LEASE_MS,
  listJobs,
  type ReplayTable,
  readJob,
  takeJob,
} from "./replay/job-store.ts";
export { type NewJob, newJob } from "./replay/new-job.ts";
export { type PlanParts, planReplay, type ReplayPlan } from "./replay/plan.ts";
export { countMessages } from "./replay/queue-watch.ts";
export { type ReplayParts, runReplay } from "./replay/run.ts";
export { type Selector, type Subscribed, selectorOf } from "./replay/select.ts";
export { type ArchiveWait, untilArchived } from "./replay/until-archived.ts";
export type { Store } from "./store-names.ts";
export { type EarlierOf, earlierSettings, modelOfStore, sinkOfStore, storeSettings } from "./stores.ts";
export { type FoundDelivery, findDelivery, type Search } from "./trace/find-delivery.ts";
export { type WebhookVerdict, webhookVerdicts } from "./trace/verdicts.ts";
export {
  type FilterParts,
  type FilterVerdict,
  filterVerdicts,
  type JudgedWebhook,
} from "./verify/judged-deliveries.ts";
export { outcomeOf, type VerifyOutcome, type VerifyReport } from "./verify/report.ts";
export { type SubscriptionPeriod, subscriptionPeriods } from "./verify/subscription-periods.ts";
export { type ArchiveReport, type HourCounts, verifyArchive } from "./verify/verify-archive.ts";
export { type VerifyParts, type VerifyRequest, verifyStore, workIn } from "./verify/verify-store.ts";
export type { WorkParts } from "./verify/verify-work.ts";
export {
  type FunctionSetup,
  type FunctionWorksParts,
  fillByFunctions,
  verifyByFunctions,
} from "./work/function-works.ts";
export { BUCKETS } from "./work/partitions.ts";
export type { WorkReply, WorkRequest } from "./work/work-request.ts";
export { serveWork, type ThreadRequest, workThreads } from "./work/work-threads.ts";
