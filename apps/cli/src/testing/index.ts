export { installPacked } from "./install-packed.ts";
export { type Finished, runCommand } from "./run-command.ts";
