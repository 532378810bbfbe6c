export { type HoursTable, type NoteDelays, noteDelays } from "./note-delays.ts";
export { readDelays } from "./read-delays.ts";
export { archiveHoursTable, archiveHoursWrites } from "./table.ts";
