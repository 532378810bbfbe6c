import { fileURLToPath } from "node:url";

/** The script of the functions' processes, compiled. */
export const RUNTIME_PATH = fileURLToPath(new URL("../dist/lambda/runtime.js", import.meta.url));
