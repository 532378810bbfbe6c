export { hourOf, startOf } from "./hour.ts";
export { type HoursToRead, hoursToRead, type PublishedRange } from "./hours/hours-to-read.ts";
export { type Archive, type ArchivedObject, type HourRange, listObjects } from "./objects.ts";
export type { DeliveryLine, ObjectLines, UnreadableLine } from "./read/lines.ts";
export { readObjectLines } from "./read/object-lines.ts";
export { parseLine } from "./read/parse-line.ts";
export { type ArchiveCursor, listHours, readHours } from "./read/read-hours.ts";
export { readObject, unreadableError } from "./read-object.ts";
