export { type AthenaNames, queryAthena } from "./archive/athena.ts";
export {
  exactInteger,
  plainValue,
  type QueryResult,
  type ResultValue,
  rowObject,
} from "./archive/query-result.ts";
export { handledUntilMs } from "./archived/handled-until.ts";
export { NotYetArchived } from "./archived/wait-until-archived.ts";
export { whatWaits } from "./archived/what-waits.ts";
export { chosenLetters, type LetterChoice } from "./dead-letters/choose.ts";
export { dropDeadLetters } from "./dead-letters/drop.ts";
export { type LetterOutcome, type LetterResult, letterOutcomes } from "./dead-letters/outcomes.ts";
export {
  countDeadLetters,
  type DeadLetterCount,
  deadLetterQueueOf,
  deadLettersOf,
} from "./dead-letters/queues.ts";
export { type Redriven, redrive, redriveDeadLetters } from "./dead-letters/redrive.ts";
export { findDeadLetter, type Repaired, repairDeadLetter } from "./dead-letters/repair.ts";
export { archivedDelivery } from "./destinations/archived-delivery.ts";
export { checkReceivers } from "./destinations/check-receiver.ts";
export {
  ATTEMPTS_WORKER,
  type Forwarding,
  forwardingOf,
  requireDestination,
} from "./destinations/forwarding-of.ts";
export {
  goneBefore,
  planResume,
  type ResumePlan,
  type ResumeRequest,
  type ResumeState,
  readResumeState,
} from "./destinations/plan-resume.ts";
export {
  type Activated,
  activateDestination,
  activateWithoutMissed,
  sendMissed,
} from "./destinations/resume-destination.ts";
export { retryAttempt } from "./destinations/retry-attempt.ts";
export { sendAndWait } from "./destinations/send-and-wait.ts";
export { type OutgoingEvent, type PublishedEvent, publishEvent } from "./events/publish.ts";
export { removeLeftovers } from "./listen/leftovers.ts";
export { type ListenOptions, listen } from "./listen/listen.ts";
export type { ListenClients, ListenPlace } from "./listen/queue.ts";
export type { OperationOptions, Progress, Wait } from "./progress.ts";
export {
  type DroppedSlot,
  dropOtherTables,
  type RebuildQuestion,
  readRebuild,
  rebuildStore,
  switchStore,
} from "./rebuild/operations.ts";
export type { RebuiltStore } from "./rebuild/parts.ts";
export { type LiveTable, planRebuild, type RebuildPlan } from "./rebuild/plan.ts";
export type { NotSwitched, RebuildResult } from "./rebuild/run.ts";
export { type Rebuild, type RebuildPhase, readState, type StoreState } from "./rebuild/state.ts";
export { minWaitsMs, type WaitParts } from "./rebuild/waits.ts";
export { type RecentCursor, type RecentDeliveries, recentDeliveries } from "./recent-deliveries.ts";
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
  maxRepeats,
  NO_COUNTS,
  type ReplayJob,
  type ReplayRequest,
  type ReplayState,
  replayState,
} from "./replay/job.ts";
export { MAX_LIST } from "./replay/job-item.ts";
export type { ReplayPlan } from "./replay/plan.ts";
export { NothingToReplay, type PlannedReplay, planReplay } from "./replay/plan-replay.ts";
export type { ReplayQuestion } from "./replay/request.ts";
export { REPLAY_DEFAULTS } from "./replay/request.ts";
export {
  cancelReplay,
  listReplays,
  type ReplayChange,
  readReplay,
  resumeReplay,
  startReplay,
} from "./replay/run-job.ts";
export { type Selector, type Subscribed, selectorOf } from "./replay/select.ts";
export { hoursOf, reachedArchive } from "./stage/archive.ts";
export { callerOf } from "./stage/caller.ts";
export { countMessages } from "./stage/count-messages.ts";
export type { Store } from "./store-names.ts";
export { type EarlierOf, modelOfStore, sinkOfStore } from "./stores.ts";
export { type FoundDelivery, findDelivery, type Search } from "./trace/find-delivery.ts";
export { type WebhookVerdict, webhookVerdicts } from "./trace/verdicts.ts";
export {
  type FilterParts,
  type FilterVerdict,
  filterVerdicts,
  type JudgedWebhook,
} from "./verify/judged-deliveries.ts";
export { outcomeOf, type VerifyOutcome, type VerifyReport } from "./verify/report.ts";
export type { StoreOfStage } from "./verify/store-parts.ts";
export { type ArchiveReport, type HourCounts, verifyArchive } from "./verify/verify-archive.ts";
export { type VerifiedArchive, verifyPublished } from "./verify/verify-published.ts";
export { type VerifyParts, type VerifyRequest, verifyStore, workIn } from "./verify/verify-store.ts";
export {
  type Verified,
  type VerifyQuestion,
  verifyTables,
  verifyTablesInThread,
} from "./verify/verify-tables.ts";
export { addRule, type ChangedRule, changeRule, type RuleVerb } from "./watch/change-rule.ts";
export { alarmTableOf, ruleTableOf } from "./watch/tables.ts";
export { type RuleTest, type TestedRule, testRule, testRuleInThread } from "./watch/test-rule.ts";
export { type ComparedAlarm, type VerifiedAlarms, verifyAlarms } from "./watch/verify-alarms.ts";
export { verifyByFunctions } from "./work/function-works.ts";
export { BUCKETS } from "./work/partitions.ts";
export type { WorkReply } from "./work/work-request.ts";
export { serveWork, type ThreadRequest, workThreads } from "./work/work-threads.ts";
