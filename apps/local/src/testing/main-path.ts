import { fileURLToPath } from "node:url";

/** Path of the program that `npm start` runs. */
export const MAIN_PATH = fileURLToPath(new URL("../main.ts", import.meta.url));
