/** An invocation from the stage. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly event: unknown;
  readonly deadlineMs: number;
  /** What AWS SDKs send on with each request; absent if no message has invoked it. */
  readonly traceHeader: string | undefined;
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
  /** Of a bundle that does not load: file, line and column of the error. */
  readonly place?: string;
}

/** Start of the line that follows the output of an invocation, as in Lambda's own logs. */
export const END_OF_OUTPUT = "END RequestId: ";
