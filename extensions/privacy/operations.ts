import { ERASE_OPERATIONS, listErasuresOperation } from "./operations/erase.ts";
import { exportData } from "./operations/export.ts";

/** What is done with the data of somebody. */
export const OPERATIONS = [...ERASE_OPERATIONS, listErasuresOperation, exportData];
