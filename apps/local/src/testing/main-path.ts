import { fileURLToPath } from "node:url";

/** The program that `npm start` runs. */
export const MAIN_PATH = fileURLToPath(new URL("../main.ts", import.meta.url));
