export { collectMessages } from "./collect.ts";
export type { FleetNode } from "./fleet.ts";
export type { FleetOptions } from "./fleet-options.ts";
export type { FleetMessage } from "./message.ts";
export { callApi } from "./people.ts";
export { type ArchiveContent, readArchive } from "./reconciliation/archive.ts";
export { hasArchive, type Reconciliation, readBaseline, reconcile } from "./reconciliation/reconcile.ts";
export { IGNORED_PROGRESS, type RunResult, runFleet, STALL_MS, settle, waitingRecords } from "./run-fleet.ts";
export { resumeFleet } from "./simulate.ts";
