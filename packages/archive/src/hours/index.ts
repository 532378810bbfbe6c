export { type LateHours, type NoteLate, noteLateHours } from "./note-late.ts";
export { type KnownDelays, readLateHours } from "./read-late.ts";
export { archiveHoursTable, archiveHoursWrites } from "./table.ts";
