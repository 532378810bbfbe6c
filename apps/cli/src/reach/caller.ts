import { resolve } from "node:path";

/** A path relative to the folder in which the command was called. npm runs scripts in the project's folder, and passes the caller's in `INIT_CWD`. */
export function fromCaller(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? ".", path);
}
