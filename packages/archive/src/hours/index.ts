export { type NoteDelays, noteDelays } from "./note-delays.ts";
export { readDelays } from "./read-delays.ts";
