export { ALARM_STATES, type Alarm, alarmState, shelvingEndMs } from "./alarms/alarm.ts";
export { alarmsOfDay, readAlarmsOf } from "./alarms/alarm-store.ts";
export type { AlarmTable } from "./alarms/alarm-table.ts";
export {
  type AlarmChange,
  type AlarmResult,
  type AlarmResults,
  changeAlarms,
  MAX_SHELVE,
} from "./alarms/change-alarms.ts";
export { type AlarmLoad, alarmLoad, type FrequentAlarm } from "./alarms/kpi.ts";
export { listAlarmsOf, listAlarmsRaised, listOpenAlarms } from "./alarms/list-alarms.ts";
export {
  type AlarmPlan,
  type AlarmSelection,
  planAlarmChange,
  requireAlarm,
  requireRule,
} from "./alarms/select-alarms.ts";
export { BackTest } from "./back-test/back-test.ts";
export {
  type AlarmDifference,
  type AlarmTimes,
  alarmDifferences,
  alarmsAt,
  subjectKey,
} from "./back-test/differences.ts";
export { DROP_GROUPINGS, DropCounts, type DropGrouping, type GroupDrops } from "./drops/count-drops.ts";
export { alarmIdOf, type Episode } from "./episode.ts";
export { readRule } from "./rule/read-rule.ts";
export {
  isGroupKind,
  RULE_KINDS,
  type Rule,
  type RuleKind,
  type RuleVersion,
  SEVERITIES,
} from "./rule/rule.ts";
export { fieldsOfKind, type RuleFormField, ruleFormFields } from "./rule/rule-form.ts";
export { ruleJson } from "./rule/rule-json.ts";
export { checkMaintenance, type MaintenanceWindow } from "./rules/maintenance.ts";
export { nodeMarks, seriesMarks } from "./rules/needs.ts";
export { type RuleChange, versionsOf, type WatchRuleState } from "./rules/rule-history.ts";
export {
  changeWatchRule,
  putMaintenance,
  readWatchRules,
  WATCH_RULE_AHEAD_MS,
  type WatchRuleTable,
} from "./rules/rule-store.ts";
export { reachesBack } from "./sweep/fleet.ts";
export { SweepMemory } from "./sweep/memory.ts";
export { holdAlarms, notingProgress } from "./sweep/progress.ts";
export { alarmEventPublisher } from "./sweep/publish-events.ts";
export { readBehindMs, runSweep } from "./sweep/run-sweep.ts";
export type { SweptStore } from "./sweep/stores.ts";
export { holdSweep, sweepState, sweptMsOf } from "./sweep/sweep-state.ts";
