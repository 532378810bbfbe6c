import { fileURLToPath } from "node:url";

/** Path of the compiled script of the functions' processes. */
export const RUNTIME_PATH = fileURLToPath(new URL("../dist/lambda/runtime.js", import.meta.url));
