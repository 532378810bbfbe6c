export { NODE_ID, SAVED_QUERIES, type SavedQuery } from "./saved-queries.ts";
export { ARCHIVE_COLUMNS, ARCHIVE_TABLE } from "./table.ts";
