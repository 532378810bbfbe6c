import { resolve } from "node:path";

/** Returns a variable of the environment in which the command was started. */
export function variableOf(name: string): string | undefined {
  return process.env[name];
}

/**
 * Resolves a path from the folder of the caller: npm runs scripts in the project's folder, and
 * passes the caller's in `INIT_CWD`.
 */
export function fromCaller(path: string): string {
  return resolve(variableOf("INIT_CWD") ?? ".", path);
}
