import { readFileSync } from "node:fs";

/** What a process has used since it started. */
export interface Usage {
  /** Time on processors, of all its threads. */
  readonly cpuMs: number;
  /** Its largest resident set. */
  readonly peakMiB: number;
}

const KIB_PER_MIB = 1024;

/** Returns what this process has used. */
export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, peakMiB: peakKib() / KIB_PER_MIB };
}

/** On Linux, `maxRSS` begins with the size of the process that started this one, so the kernel's own mark is read. */
function peakKib(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}
