import { createHash } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LOOK_EVERY_MS = 200;

/**
 * Runs something while no other process does so for the same folder: two that install or build
 * there at once would write the same files.
 *
 * Each makes a file with its process id, and is first if it sees no other one then: of two, one
 * sees the other, or both do and try again.
 *
 * @param folder The folder.
 * @param run What to run; it may end the process.
 * @param onWait Called once if another process must end first, with its id.
 */
export function exclusively(folder, run, onWait = () => undefined) {
  const prefix = `rainhooks-set-up-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}-`;
  const own = join(tmpdir(), `${prefix}${process.pid}`);
  const free = () => rmSync(own, { force: true });
  process.once("exit", free);
  try {
    for (let isSaid = false; ; isSaid = true) {
      const other = otherOf(prefix) ?? otherAfter(own, prefix);
      if (other === undefined) return run();
      free();
      if (!isSaid) onWait(other);
      Atomics.wait(
        new Int32Array(new SharedArrayBuffer(4)),
        0,
        0,
        LOOK_EVERY_MS * (1 + Math.random()),
      );
    }
  } finally {
    process.off("exit", free);
    free();
  }
}

/** Makes the own file; returns a process that has one, too. */
function otherAfter(own, prefix) {
  // One that had the same id may have left its file. What others have put there is not followed.
  rmSync(own, { force: true });
  writeFileSync(own, "", { flag: "wx" });
  return otherOf(prefix);
}

/** Returns another process that has a file, and removes the files of those that have ended. */
function otherOf(prefix) {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : process.pid;
    if (pid === process.pid) continue;
    if (isRunning(pid)) return pid;
    rmSync(join(tmpdir(), name), { force: true });
  }
  return undefined;
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
