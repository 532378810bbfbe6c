export {
  type Archive,
  type ArchivedObject,
  DELIVERIES,
  type HourRange,
  hourOf,
  listObjects,
} from "./objects.ts";
export { readObject } from "./read-object.ts";
