import type { Server } from "node:http";
import dynalite from "dynalite";

/** Creates a DynamoDB server that does not listen yet, with its data in a folder or in memory. */
export function tablesServer(path?: string): Server {
  const atOnce = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  return dynalite({ ...atOnce, ...(path === undefined ? {} : { path }) });
}
