import { execFile } from "node:child_process";

/** Where a command runs. */
interface ShellOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The environment of a reader's shell: a stage finds Node.js 24 itself, and settings of jest and npm must not reach the commands. */
const { NODE_OPTIONS, JEST_WORKER_ID, NODE_ENV, INIT_CWD, ...readerEnv } = process.env;
export const READER_ENV: NodeJS.ProcessEnv = readerEnv;

/** Runs a command in a shell; returns what it prints. @throws if it fails. */
export function runInShell(command: string, { cwd, env }: ShellOptions): Promise<string> {
  return new Promise((done, reject) => {
    execFile("sh", ["-c", command], { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) done(`${stdout}${stderr}`.trim());
      else reject(new Error(`${command}\n${stdout}${stderr}`));
    });
  });
}
