export type { LastAlert, LastEvent, NodeConfig } from "./facts.ts";
export { countNodes, eachNode, type ListQuery, listNodes, type NodePage } from "./list.ts";
export { type NodeStatus, type NodeStatusReader, readNode } from "./read.ts";
export { NODE_STATES, type NodeState } from "./status.ts";
export { type NodeTimeline, readTimeline, type TimelineReader } from "./timeline.ts";
export type { Transition } from "./transition.ts";
export type { Uptime } from "./uptime.ts";
export { type NodeStatusSinkOptions, nodeStatusSink } from "./write.ts";
