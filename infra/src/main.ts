/* The tasks of the infrastructure in a clone: node src/main.ts <task> [arguments]. */
import { writeFileSync } from "node:fs";
import { runTask } from "./tasks/tasks.ts";
import { clone } from "./tasks/workplace.ts";

const [task = "", ...args] = process.argv.slice(2);
try {
  // Written at once: the process may end before a pipe has taken the rest.
  writeFileSync(1, `${await runTask(task, args, clone)}\n`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
