export { createTable, startTables, type TestTables, tablesServer } from "./test-tables.ts";
