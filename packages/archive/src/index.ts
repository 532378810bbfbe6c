export {
  type Archive,
  type ArchivedObject,
  type HourRange,
  listObjects,
} from "./objects.ts";
export { readObject } from "./read-object.ts";
