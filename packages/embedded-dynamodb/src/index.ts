export { holdFolder } from "./hold-folder.ts";
export { createTable, startTables, type TestTables, tablesServer } from "./test-tables.ts";
