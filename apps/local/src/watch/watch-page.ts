import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Builds the page of the console: only a clone has it. */
const BUILD = join(import.meta.dirname, "../../../console/build.mjs");

/** The page of the console, which is built again whenever its code changes. */
export interface WatchedPage {
  /** Folder with its files. */
  readonly pageDir: string;
  /** Calls something after each build. */
  onBuilt(call: () => Promise<void>): void;
  stop(): Promise<void>;
}

/** Builds the page, and again at each change; `undefined` outside of a clone. */
export async function watchPage(dataDir: string): Promise<WatchedPage | undefined> {
  if (!existsSync(BUILD)) return undefined;
  const pageDir = join(dataDir, "watch", "console");
  const builder = spawn(process.execPath, [BUILD, "--watch", pageDir], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(builder, "exit");
  const lines = createInterface({ input: builder.stdout });
  let built = async () => {};
  const first = once(lines, "line");
  await Promise.race([first, ended]);
  lines.on("line", () => void built().catch(() => undefined));
  return {
    pageDir,
    onBuilt: (call) => {
      built = call;
    },
    stop: async () => {
      builder.stdin.end();
      await ended;
    },
  };
}
