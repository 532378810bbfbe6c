export { createTable } from "./create-table.ts";
export { tablesServer } from "./tables-server.ts";
export { startTables, type TestTables } from "./test-tables.ts";
