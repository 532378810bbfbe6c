export { NODE_STATUS_EVENTS } from "./events.ts";
export { project } from "./project.ts";
export { listNodes, type NodeStatus, type NodeStatusReader, readNode } from "./read.ts";
export { type LastEvent, type NodeClocks, type NodeState, stateOf } from "./status.ts";
export { nodeStatusTable } from "./table.ts";
export { nodeStatusSink } from "./write.ts";
