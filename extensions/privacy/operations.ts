import { ERASE_OPERATIONS } from "./operations/erase.ts";
import { exportData } from "./operations/export.ts";
import { listErasuresOperation } from "./operations/list-erasures.ts";

/** What is done with the data of somebody. */
export const OPERATIONS = [...ERASE_OPERATIONS, listErasuresOperation, exportData];
