export { type Finished, runCommand } from "./run-command.ts";
