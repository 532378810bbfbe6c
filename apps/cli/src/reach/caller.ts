import { resolve } from "node:path";

/** Resolves a path from the folder of the caller: npm runs scripts in the project's folder, and passes the caller's in `INIT_CWD`. */
export function fromCaller(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? ".", path);
}
