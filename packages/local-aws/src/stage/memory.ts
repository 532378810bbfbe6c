import { readFile } from "node:fs/promises";

const KIB = 1024;

/**
 * Returns the memory of several processes in MiB. On Linux this is each one's proportional share of common memory (several Node.js
 * processes share one program); on other systems it is only the resident memory of this process.
 */
export async function memoryMiB(pids: readonly (number | undefined)[]): Promise<number> {
  const shares = await Promise.all(pids.map((pid) => (pid === undefined ? 0 : shareMiB(pid))));
  const known = shares.filter((share) => share !== undefined);
  if (known.length < shares.length) return process.memoryUsage.rss() / KIB / KIB;
  return known.reduce((sum, share) => sum + share, 0);
}

async function shareMiB(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  const kib = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  return kib === undefined ? undefined : Number(kib) / KIB;
}
