export {
  ARCHIVE_COLUMNS,
  ARCHIVE_TABLE,
  DELIVERIES_VIEW,
  LINES_TABLE,
  NOTIFICATION_COLUMNS,
} from "./archive-columns.ts";
export { NODE_ID, SAVED_QUERIES, type SavedQuery } from "./saved-queries.ts";
