export {
  ALARM_STATES,
  type Alarm,
  type AlarmState,
  alarmState,
  isOpen,
  NOTICES,
  type Notice,
} from "./alarms/alarm.ts";
export { alarmsOfDay, findAlarm, openAlarms, readAlarmsOf } from "./alarms/alarm-store.ts";
export type { AlarmTable } from "./alarms/alarm-table.ts";
export {
  ALARM_OUTCOMES,
  type AlarmChange,
  type AlarmOutcome,
  type AlarmResult,
  type AlarmResults,
  type ChangeAlarmsOptions,
  changeAlarms,
  MAX_SHELVE,
} from "./alarms/change-alarms.ts";
export { type AlarmLoad, alarmLoad, type FrequentAlarm, type LoadAlarm } from "./alarms/kpi.ts";
export {
  type AlarmList,
  type AlarmsQuery,
  listAlarmsOf,
  listAlarmsRaised,
  listOpenAlarms,
} from "./alarms/list-alarms.ts";
export {
  type AlarmPlan,
  type AlarmSelection,
  type AlarmTables,
  planAlarmChange,
  requireAlarm,
  type SelectedAlarm,
} from "./alarms/select-alarms.ts";
export { BackTest, type BackTestOptions, type OpenSeries } from "./back-test/back-test.ts";
export {
  type AlarmDifference,
  type AlarmTimes,
  alarmDifferences,
  alarmsAt,
  subjectKey,
} from "./back-test/differences.ts";
export { type Change, changesBetween, type StoredEpisode } from "./compare.ts";
export { appliesTo, type NodeFacts, type Verdict } from "./condition/condition.ts";
export { alarmIdOf, type Episode, type Subject } from "./episode.ts";
export { evaluate, evaluatedFromMs } from "./evaluate.ts";
export type { Heard, NodeHistory, SeriesHistory, ValuePoint } from "./history.ts";
export type { Outage, OutageTime } from "./outage/hold.ts";
export { readRule } from "./rule/read-rule.ts";
export {
  GROUPINGS,
  type Grouping,
  isGroupKind,
  REGRESSION_EVENTS,
  RULE_KINDS,
  type Rule,
  type RuleKind,
  type RuleVersion,
  SEVERITIES,
  type Severity,
} from "./rule/rule.ts";
export { ruleJson } from "./rule/rule-json.ts";
export { checkMaintenance, type MaintenanceWindow } from "./rules/maintenance.ts";
export { markPolicyOf, nodeMarks, seriesMarks } from "./rules/needs.ts";
export { requireRule } from "./rules/require-rule.ts";
export {
  type RuleChange,
  versionsOf,
  type WatchRuleHistory,
  type WatchRuleState,
} from "./rules/rule-history.ts";
export {
  changeWatchRule,
  putMaintenance,
  readWatchRules,
  WATCH_RULE_AHEAD_MS,
  type WatchRules,
  type WatchRuleTable,
} from "./rules/rule-store.ts";
export type { AlarmEvent, EventAlarm } from "./sweep/alarm-event.ts";
export { SweepMemory } from "./sweep/memory.ts";
export type { SendAlarmEvents, SweepTables } from "./sweep/parts.ts";
export { notingProgress, obstacleOf, type ProgressOptions } from "./sweep/progress.ts";
export { alarmEventPublisher } from "./sweep/publish-events.ts";
export { runSweep, type SweepOptions, type SweepReport } from "./sweep/run-sweep.ts";
export { type SweepState, sweepState, sweptMsOf } from "./sweep/state.ts";
