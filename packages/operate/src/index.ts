export {
  exactInteger,
  plainValue,
  type QueryResult,
  queryAthena,
  type ResultValue,
  rowObject,
} from "./archive/athena.ts";
export { handledUntilMs } from "./archived/handled-until.ts";
export { NotYetArchived } from "./archived/wait-until-archived.ts";
export { whatWaits } from "./archived/what-waits.ts";
export { type CopiedStage, copyStage } from "./copy/copy-stage.ts";
export { chosenLetters, type LetterChoice } from "./dead-letters/choose.ts";
export { dropDeadLetters } from "./dead-letters/drop.ts";
export { lettersOfDelivery } from "./dead-letters/of-delivery.ts";
export { type LetterOutcome, type LetterResult, letterOutcomes } from "./dead-letters/outcomes.ts";
export {
  countDeadLetters,
  type DeadLetterCount,
  deadLetterQueueOf,
  deadLettersOf,
} from "./dead-letters/queues.ts";
export { type Redriven, redrive, redriveDeadLetters } from "./dead-letters/redrive.ts";
export { findDeadLetter, type Repaired, repairDeadLetter } from "./dead-letters/repair.ts";
export { countWanted, type WantedCount } from "./destinations/count-wanted.ts";
export { type Forwarding, forwardingOf, requireDestination } from "./destinations/forwarding-of.ts";
export {
  type DestinationUpdate,
  type GivenDestination,
  type GivenSecretsOfFile,
  type GivenSettings,
  giveDestination,
  giveSecretsOfFile,
  updateDestination,
} from "./destinations/give-destination.ts";
export { lastAttempt } from "./destinations/last-attempt.ts";
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
export { archivedDelivery, refuseBatch, retryAttempt } from "./destinations/retry-attempt.ts";
export { type DestinationTest, testDestination } from "./destinations/test-destination.ts";
export { type Erased, eraseSubject } from "./erase/erase.ts";
export type { Erasure, ErasureCounts } from "./erase/erasure.ts";
export { erasedOf, erasureTable, listErasures } from "./erase/erasure-store.ts";
export type { Leftover } from "./erase/leftovers.ts";
export { type ErasurePlan, type FoundData, planErasure } from "./erase/plan.ts";
export type { ErasureSubject } from "./erase/subject.ts";
export { type OutgoingEvent, publishEvent, readOutgoingEvents } from "./events/read-outgoing.ts";
export { sampleBody } from "./events/sample.ts";
export { removeLeftovers } from "./listen/leftovers.ts";
export { listen } from "./listen/listen.ts";
export type { ListenResources } from "./listen/queue.ts";
export type { OperationOptions, Progress, Wait } from "./progress.ts";
export { dropOtherTables, readRebuild, rebuildStore, switchStore } from "./rebuild/operations.ts";
export type { RebuildableStore } from "./rebuild/rebuild-dependencies.ts";
export { planRebuild, type RebuildPlan } from "./rebuild/rebuild-plan.ts";
export { readState, type StoreState } from "./rebuild/rebuild-state.ts";
export type { NotSwitched, RebuildResult } from "./rebuild/run.ts";
export { minWaitsMs, type WaitTimes } from "./rebuild/waits.ts";
export { type RecentCursor, recentDeliveries } from "./recent-deliveries.ts";
export { FORWARD, type RecoverDependencies, type Recovered, settleMs } from "./recover/recover.ts";
export { recoverMissed } from "./recover/resume.ts";
export type { ReplayPlan } from "./replay/count-deliveries.ts";
export { hasSentAll, maxRepeats, NO_COUNTS, type ReplayJob, replayState } from "./replay/job.ts";
export { MAX_LIST } from "./replay/job-item.ts";
export { NothingToReplay, type PlannedReplay, planReplay } from "./replay/plan-replay.ts";
export { REPLAY_DEFAULTS, type ReplayQuestion } from "./replay/request.ts";
export {
  cancelReplay,
  listReplays,
  type ReplayChange,
  readReplay,
  resumeReplay,
  startReplay,
} from "./replay/run-job.ts";
export { reachedArchive } from "./stage/archive.ts";
export { countMessages } from "./stage/count-messages.ts";
export type { Store } from "./store-names.ts";
export { findDelivery, type TracedDelivery } from "./trace/find-delivery.ts";
export { webhookVerdicts } from "./trace/verdicts.ts";
export type { VerifyOutcome, VerifyReport } from "./verify/report.ts";
export { type VerifiedArchive, verifyPublished } from "./verify/verify-published.ts";
export { type Verified, verifyTables, verifyTablesInThread } from "./verify/verify-tables.ts";
export { addRule, changeRule, type RuleVerb } from "./watch/change-rule.ts";
export { type CountedDrops, countDrops, type DropsRequest } from "./watch/count-drops.ts";
export { endMaintenance, setMaintenance } from "./watch/set-maintenance.ts";
export { alarmTableOf, ruleTableOf } from "./watch/tables.ts";
export { type TestedRule, testRule, testRuleInThread } from "./watch/test-rule.ts";
export { verifyAlarms } from "./watch/verify-alarms.ts";
export { verifyByFunctions } from "./work/function-works.ts";
export type { WorkReply } from "./work/work-request.ts";
