import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LOOK_EVERY_MS = 200;
/** For how long a file can be without its process. */
const UNWRITTEN_MS = 10_000;

/**
 * Runs something while no other process does so for the same folder: two that install or build there at once would write the same files.
 *
 * @param folder The folder.
 * @param run What to run; it may end the process.
 * @param onWait Called once if another process must end first, with its id.
 */
export function exclusively(folder, run, onWait = () => undefined) {
  const path = join(
    tmpdir(),
    `rainhooks-set-up-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`,
  );
  const free = () => rmSync(path, { force: true });
  for (let isSaid = false; !tryTake(path); isSaid = true) {
    const pid = holderOf(path);
    if (pid === undefined) free();
    else {
      if (!isSaid) onWait(pid);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    }
  }
  process.once("exit", free);
  try {
    return run();
  } finally {
    process.off("exit", free);
    free();
  }
}

function tryTake(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Returns the process that holds a file; `undefined` if it has ended without removing it. */
function holderOf(path) {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    // The holder has made the file, and may not have written it yet.
    if (pid === 0) return Date.now() - statSync(path).mtimeMs < UNWRITTEN_MS ? pid : undefined;
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error.code === "EPERM" || error.code === "ENOENT" ? 0 : undefined;
  }
}
