export { type AlertPage, type AlertQuery, type AlertRange, isAlertCursor, readAlerts } from "./alerts.ts";
export { type Connection, NODE_STATES, type NodeState } from "./connection.ts";
export { type ConnectionTime, connectionTimeOf, stateChanges } from "./connection-times.ts";
export { type NodeStatusSettings, nodeStatusFacts } from "./fact-model.ts";
export type { NodeFacts } from "./facts.ts";
export type { NodeConfig } from "./fields/config.ts";
export type { DisconnectReason } from "./fields/disconnect-reason.ts";
export type { FirmwareReport } from "./fields/firmware-reports.ts";
export { FROM_NODE_EVENTS, heardMsOf } from "./fields/heard.ts";
export { type Intervals, intervalsOf } from "./fields/intervals.ts";
export type { LastAlert } from "./fields/last-alert.ts";
export type { LastEvent } from "./fields/last-other.ts";
export { findNode } from "./find-node.ts";
export { fillPastSamples, type PastSampleOptions } from "./fleet/past-samples.ts";
export {
  type FleetSampleReader,
  MAX_SAMPLE_DAYS,
  MAX_SAMPLES,
  readNewestSample,
  readSamples,
  type SampleRange,
} from "./fleet/read-samples.ts";
export type { FleetSample } from "./fleet/sample.ts";
export { type FirmwareCount, type FirmwareSpread, nodesIn } from "./fleet/spread.ts";
export {
  countFirmware,
  type FirmwareCounts,
  type TakeSampleOptions,
  takeSample,
} from "./fleet/take-sample.ts";
export {
  type HistoryReader,
  type NodeRecord,
  type NodeSegment,
  readNodeRecord,
  recordOf,
  scanNodeRecords,
} from "./history.ts";
export { countNodes, eachNode, isListCursor, type ListQuery, listNodes, type NodePage } from "./list.ts";
export { LATE_MS, type MarkPolicy } from "./mark.ts";
export { eachMarked, eachOfflineSince, type IndexedNode } from "./marked.ts";
export type { NodeUser } from "./members.ts";
export { type NodeStatusSinkOptions, nodeStatusSink } from "./node-status-sink.ts";
export { project } from "./project.ts";
export { readAttributes } from "./read-attributes.ts";
export { readNames } from "./read-names.ts";
export {
  type ConnectionHistory,
  type Node,
  type NodeStatus,
  type NodeStatusReader,
  readConnection,
  readNode,
} from "./read-node.ts";
export { readTags } from "./read-tags.ts";
export { type NodeTimeline, readTimeline, type TimelineReader } from "./timeline.ts";
export type { NodeAlert } from "./timeline-item.ts";
export type { Transition } from "./transition.ts";
export type { Uptime } from "./uptime.ts";
