/*
 * Runs the handler of a bundle as Lambda does: one invocation at a time, with the payload parsed
 * from JSON. The arguments are the path of the bundle, and where its clock stands, if that is not
 * the time: else what is read again after a minute would count on a slow machine. It imports
 * nothing but the bundle, so that its memory is that of the function.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { serveParent } from "./parent.ts";

type Handler = (
  event: unknown,
  context: object,
) => Promise<{ readonly batchItemFailures: readonly unknown[] } | undefined>;

/** Longer than any batch takes, even of a million records. */
const TIMEOUT_MS = 900_000;

const [path = "", nowMs] = process.argv.slice(2);
if (nowMs !== undefined) Date.now = () => Number(nowMs);
const { handler } = (await import(pathToFileURL(path).href)) as { handler: Handler };

serveParent({}, async (payload) => {
  const before = usage().cpuMs;
  const loop = performance.eventLoopUtilization();
  const response = await handler(payload, newContext());
  const { idle: idleMs } = performance.eventLoopUtilization(loop);
  const { cpuMs, peakMiB } = usage();
  return {
    idleMs,
    cpuMs: cpuMs - before,
    peakMiB,
    failed: response?.batchItemFailures.length ?? 0,
  };
});

function newContext(): object {
  const endsAtMs = Date.now() + TIMEOUT_MS;
  return {
    awsRequestId: randomUUID(),
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:bench",
    memoryLimitInMB: process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    getRemainingTimeInMillis: () => endsAtMs - Date.now(),
  };
}

/** Returns what this process has used. */
function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, peakMiB: peakKib() / 1024 };
}

/**
 * On Linux, `maxRSS` begins with the size of the process that started this one, so the kernel's own
 * mark is read.
 */
function peakKib(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}
