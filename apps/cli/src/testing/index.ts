export { installPacked } from "./install-packed.ts";
export { CLI_PATH, type Finished, runCommand } from "./run-command.ts";
