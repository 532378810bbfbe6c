import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { ROOT } from "./root.ts";

/** A run of all tests. */
export interface TestRun {
  readonly seconds: number;
  /** What jest says about them, such as `1098 passed, 1098 total`. */
  readonly summary: string;
  readonly passed: boolean;
}

/** Runs all tests, as `npm test` does. */
export async function measureTests(): Promise<TestRun> {
  const startedMs = performance.now();
  const child = spawn("npm", ["test"], { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  const printed = text(child.stderr);
  const [code] = await once(child, "close");
  const seconds = (performance.now() - startedMs) / 1000;
  return { seconds, summary: /^Tests:\s+(.*)$/m.exec(await printed)?.[1] ?? "", passed: code === 0 };
}
