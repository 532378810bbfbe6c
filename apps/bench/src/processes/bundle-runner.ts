/*
 * Runs the handler of a bundle as Lambda does: one invocation at a time, with the payload parsed from JSON. The arguments are the path of
 * the bundle, and where its clock stands, if that is not the time: else what is read again after a minute would count on a slow machine. It imports nothing
 * but the bundle, so that its memory is that of the function.
 */
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { serveParent } from "./parent.ts";
import { usage } from "./usage.ts";

type Handler = (
  event: unknown,
  context: object,
) => Promise<{ readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] } | undefined>;

/** Longer than any batch takes, even of a million records. */
const TIMEOUT_MS = 900_000;

const [path = "", nowMs] = process.argv.slice(2);
if (nowMs !== undefined) Date.now = () => Number(nowMs);
const { handler } = (await import(pathToFileURL(path).href)) as { handler: Handler };

serveParent({}, async (payload) => {
  const before = usage().cpuMs;
  const loop = performance.eventLoopUtilization();
  const startedMs = performance.now();
  const response = await handler(payload, newContext());
  const ms = performance.now() - startedMs;
  const { idle: idleMs } = performance.eventLoopUtilization(loop);
  const { cpuMs, peakMiB } = usage();
  const failedIds = (response?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return { ms, idleMs, cpuMs: cpuMs - before, peakMiB, failedIds };
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
