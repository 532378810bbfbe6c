import { fileURLToPath } from "node:url";

/** Path of the compiled script of the functions' processes. */
export const RUNTIME_PATH = fileURLToPath(new URL("../bundle/runtime.js", import.meta.url));

/** Path of the compiled script that holds back what would leave this machine. */
export const HOLD_BACK_PATH = fileURLToPath(
  new URL("../bundle/outside/preload.js", import.meta.url),
);
