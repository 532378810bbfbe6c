import type { Server } from "node:http";
import dynalite from "dynalite";

/** A DynamoDB server that does not listen yet: its data in a folder, or without one in memory. */
export function tablesServer(path?: string): Server {
  const atOnce = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  return dynalite({ ...atOnce, ...(path === undefined ? {} : { path }) });
}
