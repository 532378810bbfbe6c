import { execFile } from "node:child_process";
import { join } from "node:path";

/** Where a command runs. */
interface ShellOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The environment of a reader's shell: a stage finds Node.js 24 itself, and settings of jest and
 * npm must not reach the commands.
 */
const { NODE_OPTIONS, JEST_WORKER_ID, NODE_ENV, INIT_CWD, ...outer } = process.env;
/** What has been built in this clone is not built again: only what a reader changes. */
const TURBO_CACHE_DIR = join(import.meta.dirname, "../../../.turbo/cache");
export const READER_ENV: NodeJS.ProcessEnv = { ...outer, TURBO_CACHE_DIR };

/** Runs a command in a shell; returns what it prints. @throws if it fails. */
export function runInShell(command: string, { cwd, env }: ShellOptions): Promise<string> {
  return new Promise((done, reject) => {
    execFile(
      "sh",
      ["-c", command],
      { cwd, env, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) done(`${stdout}${stderr}`.trim());
        else reject(new Error(`${command}\n${stdout}${stderr}`));
      },
    );
  });
}
