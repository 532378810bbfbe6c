/*
 * The process of one function: loads its bundle and runs one invocation at a time, as Lambda's
 * runtime does. It is started by function-process.ts and imports only the bundle and the format of
 * its messages.
 */
import { pathToFileURL } from "node:url";
import {
  END_OF_OUTPUT,
  type FunctionError,
  type InvokeMessage,
  type RuntimeMessage,
} from "./messages.ts";

type Handler = (event: unknown, context: object) => Promise<unknown>;

function sendToStage(message: RuntimeMessage): void {
  process.send?.(message);
}

/** A file, line and column at the end of a line of a stack. */
const PLACE = /(?:^\s+at |\()((?:file:|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/;
const MAX_PLACE_LENGTH = 1000;

/** Returns the place of the first line of a stack. Its message can be a text from outside. */
function placeOf(thrown: unknown): string | undefined {
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  for (const line of stack.split("\n")) {
    const place = /^\s+at /.test(line)
      ? PLACE.exec(line.slice(0, MAX_PLACE_LENGTH))?.[1]
      : undefined;
    if (place !== undefined) return place;
  }
  return undefined;
}

function describe(thrown: unknown): FunctionError {
  return thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message }
    : { errorType: "Error", errorMessage: String(thrown) };
}

async function invoke(
  handler: Handler,
  { requestId, event, deadlineMs, traceHeader }: InvokeMessage,
): Promise<void> {
  process.env["_X_AMZN_TRACE_ID"] = traceHeader ?? "";
  const context = {
    awsRequestId: requestId,
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: "$LATEST",
    memoryLimitInMB: process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    callbackWaitsForEmptyEventLoop: true,
  };
  const end = (message: RuntimeMessage) => {
    process.stdout.write(`${END_OF_OUTPUT}${requestId}\n`);
    sendToStage(message);
  };
  try {
    const result = await handler(event, context);
    end({ kind: "result", requestId, result: result ?? null });
  } catch (thrown) {
    end({ kind: "error", requestId, error: describe(thrown) });
  }
}

// Ctrl-C reaches every process of a terminal; the stage waits for running invocations.
process.on("SIGINT", () => undefined);
try {
  const bundle = pathToFileURL(`${process.env["LAMBDA_TASK_ROOT"]}/index.mjs`).href;
  const { handler } = (await import(bundle)) as { handler?: Handler };
  if (handler === undefined) throw new Error("It exports no handler.");
  process.on("message", (message) => void invoke(handler, message as InvokeMessage));
  process.on("disconnect", () => process.exit(0));
  sendToStage({ kind: "ready" });
} catch (thrown) {
  const place = placeOf(thrown);
  const error = { ...describe(thrown), ...(place === undefined ? {} : { place }) };
  process.send?.({ kind: "init-failed", error } satisfies RuntimeMessage, () => process.exit(1));
}
