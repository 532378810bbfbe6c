/*
 * Runs the handler of a bundle as Lambda does: one invocation at a time, with the payload parsed
 * from JSON. The arguments are the path of the bundle, and where its clock stands: else what is
 * read again after a minute would count on a slow machine. It returns how many records failed.
 */
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { serveParent } from "./parent.ts";

type Handler = (
  event: unknown,
  context: object,
) => Promise<{ readonly batchItemFailures: readonly unknown[] } | undefined>;

/** Longer than any batch takes, even of a million records. */
const TIMEOUT_MS = 900_000;

const [path = "", nowMs] = process.argv.slice(2);
Date.now = () => Number(nowMs);
const { handler } = (await import(pathToFileURL(path).href)) as { handler: Handler };

serveParent({}, async (payload) => {
  const response = await handler(payload, newContext());
  return response?.batchItemFailures.length ?? 0;
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
