/*
 * The process of one function: loads its bundle and runs one invocation at a time, as Lambda's runtime does. It is started
 * by function-process.ts and imports only the bundle.
 */
import { pathToFileURL } from "node:url";

/** An invocation from the stage. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly event: unknown;
  readonly deadlineMs: number;
}

/** A message from the process to the stage. */
export type RuntimeMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "init-failed"; readonly error: FunctionError }
  | { readonly kind: "result"; readonly requestId: string; readonly result: unknown }
  | { readonly kind: "error"; readonly requestId: string; readonly error: FunctionError };

/** An error in Lambda's format. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

type Handler = (event: unknown, context: object) => Promise<unknown>;

function sendToStage(message: RuntimeMessage): void {
  process.send?.(message);
}

function describe(thrown: unknown): FunctionError {
  return thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message }
    : { errorType: "Error", errorMessage: String(thrown) };
}

async function invoke(handler: Handler, { requestId, event, deadlineMs }: InvokeMessage): Promise<void> {
  const context = {
    awsRequestId: requestId,
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: "$LATEST",
    memoryLimitInMB: process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    callbackWaitsForEmptyEventLoop: true,
  };
  try {
    const result = await handler(event, context);
    sendToStage({ kind: "result", requestId, result: result ?? null });
  } catch (thrown) {
    sendToStage({ kind: "error", requestId, error: describe(thrown) });
  }
}

// Ctrl-C reaches every process of a terminal; the stage waits for running invocations.
process.on("SIGINT", () => undefined);
try {
  const bundle = pathToFileURL(`${process.env["LAMBDA_TASK_ROOT"]}/index.mjs`).href;
  const { handler } = (await import(bundle)) as { handler: Handler };
  process.on("message", (message) => void invoke(handler, message as InvokeMessage));
  process.on("disconnect", () => process.exit(0));
  sendToStage({ kind: "ready" });
} catch (thrown) {
  process.send?.({ kind: "init-failed", error: describe(thrown) } satisfies RuntimeMessage, () =>
    process.exit(1),
  );
}
