import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { FunctionError, InvokeMessage, RuntimeMessage } from "./runtime.ts";

/** The configuration of a function, as in Lambda. */
export interface FunctionSpec {
  readonly name: string;
  /** Folder with `index.mjs`. */
  readonly bundleDir: string;
  /** Script of the process: the compiled runtime. */
  readonly runtimePath: string;
  readonly memoryMiB: number;
  readonly timeoutS: number;
  /** All environment variables of the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Called for each line of the function's output. */
  readonly onLine: (line: string) => void;
}

/** The result of an invocation. */
export type InvocationOutcome =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: FunctionError };

interface Pending {
  readonly requestId: string;
  readonly settle: (outcome: InvocationOutcome) => void;
}

/** Size of V8's young generation: small, because functions are mostly idle and a stage has several of them. */
const YOUNG_SPACE_MIB = 4;

/**
 * One execution environment: a process that has only the function's environment variables. A timeout kills it, as in Lambda; the next
 * invocation starts a new one.
 */
export class FunctionProcess {
  readonly #spec: FunctionSpec;
  #child: Promise<ChildProcess> | undefined;
  #pending: Pending | undefined;
  #stopping = false;
  /** Process id while the process runs. */
  pid: number | undefined;

  constructor(spec: FunctionSpec) {
    this.#spec = spec;
  }

  /** Starts the process before the first invocation. */
  async start(): Promise<InvocationOutcome> {
    try {
      await this.#ensureChild();
      return { kind: "result", result: null };
    } catch (error) {
      return { kind: "error", error: error as FunctionError };
    }
  }

  /** Runs one invocation. Never rejects: errors are returned as an outcome. */
  async invoke(event: unknown): Promise<InvocationOutcome> {
    let child: ChildProcess;
    try {
      child = await this.#ensureChild();
    } catch (error) {
      return { kind: "error", error: error as FunctionError };
    }
    const requestId = randomUUID();
    const timeoutMs = this.#spec.timeoutS * 1000;
    const outcome = new Promise<InvocationOutcome>((settle) => {
      this.#pending = { requestId, settle };
    });
    const timer = setTimeout(() => {
      this.#finish(
        requestId,
        failed("Sandbox.Timedout", `Task timed out after ${this.#spec.timeoutS} seconds`),
      );
      this.#child = undefined;
      child.kill("SIGKILL");
    }, timeoutMs);
    const message: InvokeMessage = { requestId, event, deadlineMs: Date.now() + timeoutMs };
    child.send(message, (error) => {
      if (error !== null) this.#finish(requestId, failed("Runtime.ExitError", error.message));
    });
    return outcome.finally(() => clearTimeout(timer));
  }

  /** Stops the process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = await this.#child?.catch(() => undefined);
    child?.kill("SIGKILL");
  }

  #ensureChild(): Promise<ChildProcess> {
    this.#child ??= this.#spawn().catch((error: unknown) => {
      this.#child = undefined;
      throw error;
    });
    return this.#child;
  }

  #spawn(): Promise<ChildProcess> {
    const { name, bundleDir, runtimePath, memoryMiB, environment, onLine } = this.#spec;
    const flags = [`--max-old-space-size=${memoryMiB}`, `--max-semi-space-size=${YOUNG_SPACE_MIB}`];
    const child = spawn(process.execPath, [...flags, runtimePath], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: {
        ...environment,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
        LAMBDA_TASK_ROOT: bundleDir,
      },
    });
    this.pid = child.pid;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", onLine);
    }
    return new Promise((resolve, reject) => {
      child.on("message", (raw) => {
        const message = raw as RuntimeMessage;
        if (message.kind === "ready") resolve(child);
        if (message.kind === "init-failed") reject(message.error);
        this.#hear(message);
      });
      child.on("error", (error) => {
        const outcome = failed("Runtime.ExitError", error.message);
        reject(outcome.error);
        if (this.#pending !== undefined) this.#finish(this.#pending.requestId, outcome);
      });
      child.on("exit", (code, signal) => {
        const how = signal ?? `exit code ${code}`;
        const error = failed("Runtime.ExitError", `The process of ${name} ended (${how}).`);
        reject(error.error);
        // After a timeout, a new process may already run.
        if (this.pid !== child.pid) return;
        this.#child = undefined;
        this.pid = undefined;
        if (!this.#stopping && this.#pending !== undefined) this.#finish(this.#pending.requestId, error);
      });
    });
  }

  #hear(message: RuntimeMessage): void {
    if (message.kind === "result")
      this.#finish(message.requestId, { kind: "result", result: message.result });
    if (message.kind === "error") this.#finish(message.requestId, { kind: "error", error: message.error });
  }

  #finish(requestId: string, outcome: InvocationOutcome): void {
    if (this.#pending?.requestId !== requestId) return;
    const { settle } = this.#pending;
    this.#pending = undefined;
    settle(outcome);
  }
}

function failed(errorType: string, errorMessage: string): { kind: "error"; error: FunctionError } {
  return { kind: "error", error: { errorType, errorMessage } };
}
