import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { HOLD_BACK_PATH, RUNTIME_PATH } from "../../runtime-path.ts";
import {
  END_OF_OUTPUT,
  type FunctionError,
  type InvokeMessage,
  type RuntimeMessage,
} from "./messages.ts";

/** The configuration of a function, as in Lambda. */
export interface FunctionSpec {
  readonly name: string;
  /** Folder with `index.mjs`. */
  readonly bundleDir: string;
  readonly memoryMiB: number;
  readonly timeoutS: number;
  /** All environment variables of the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Called for each line of the function's output. */
  readonly onLine: (line: string) => void;
  /** Lets the function connect to other machines. @defaultValue false */
  readonly allowOutside?: boolean;
  /**
   * Stops the process between invocations, as Lambda does: what goes on after a response waits for
   * the next one. @defaultValue false
   */
  readonly freezes?: boolean;
  /**
   * Shows errors at their places in the source code, which takes time and memory. @defaultValue
   * false
   */
  readonly sourceMaps?: boolean;
}

/** Called for each line that a function writes to its standard output during an invocation. */
export type OnLine = (line: string) => void;

/** The result of an invocation. */
export type InvocationOutcome =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: FunctionError };

interface Pending {
  readonly requestId: string;
  readonly settle: (outcome: InvocationOutcome) => void;
  readonly onLine: OnLine | undefined;
  /** The response, until the output of the invocation has been read. */
  outcome?: InvocationOutcome;
  outputEnded: boolean;
  timer?: NodeJS.Timeout;
}

/**
 * Maximum wait for the end of the output after the response: a function may have closed its output.
 */
const MAX_OUTPUT_WAIT_MS = 2000;

/**
 * Size of V8's young generation: small, because functions are mostly idle and a stage has several
 * of them.
 */
const YOUNG_SPACE_MIB = 4;

/**
 * Returns the variable with the certificates that this machine trusts: functions call the same
 * receivers as the stage.
 */
function certificates(): Readonly<Record<string, string>> {
  const { NODE_EXTRA_CA_CERTS } = process.env;
  return NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS };
}

/**
 * One execution environment: a process that has only the function's environment variables. A
 * timeout kills it, as in Lambda; the next invocation starts a new one.
 */
export class FunctionProcess {
  readonly #spec: FunctionSpec;
  #child: Promise<ChildProcess> | undefined;
  #pending: Pending | undefined;
  #stopping = false;
  /** Process id while the process runs. */
  pid: number | undefined;
  #process: ChildProcess | undefined;

  constructor(spec: FunctionSpec) {
    this.#spec = spec;
  }

  /** Whether an invocation is running. */
  get isBusy(): boolean {
    return this.#pending !== undefined;
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

  /**
   * Runs one invocation. Its output has been read when it ends. Never rejects: errors are returned
   * as an outcome.
   */
  async invoke(event: unknown, onLine?: OnLine, traceHeader?: string): Promise<InvocationOutcome> {
    let child: ChildProcess;
    try {
      child = await this.#ensureChild();
    } catch (error) {
      return { kind: "error", error: error as FunctionError };
    }
    const requestId = randomUUID();
    const timeoutMs = this.#spec.timeoutS * 1000;
    const outcome = new Promise<InvocationOutcome>((settle) => {
      this.#pending = { requestId, settle, onLine, outputEnded: false };
    });
    const timer = setTimeout(() => {
      this.#finish(
        requestId,
        failed("Sandbox.Timedout", `Task timed out after ${this.#spec.timeoutS} seconds`),
      );
      this.#child = undefined;
      child.kill("SIGKILL");
    }, timeoutMs);
    if (this.#spec.freezes === true) child.kill("SIGCONT");
    const message: InvokeMessage = {
      requestId,
      event,
      deadlineMs: Date.now() + timeoutMs,
      traceHeader,
    };
    child.send(message, (error) => {
      if (error !== null) this.#finish(requestId, failed("Runtime.ExitError", error.message));
    });
    return outcome.finally(() => clearTimeout(timer));
  }

  /** Stops the process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    // Not when it is ready: code that never ends loading must not keep the stage from ending.
    this.#process?.kill("SIGKILL");
    await this.#child?.catch(() => undefined);
  }

  #ensureChild(): Promise<ChildProcess> {
    this.#child ??= this.#spawn().catch((error: unknown) => {
      this.#child = undefined;
      throw error;
    });
    return this.#child;
  }

  #spawn(): Promise<ChildProcess> {
    const { name, bundleDir, memoryMiB, environment, onLine } = this.#spec;
    const child = spawn(process.execPath, [...flagsOf(this.#spec), RUNTIME_PATH], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: {
        ...certificates(),
        ...environment,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
        LAMBDA_TASK_ROOT: bundleDir,
      },
    });
    this.pid = child.pid;
    this.#process = child;
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on("line", (line) => this.#readLine(line));
    if (child.stderr !== null) createInterface({ input: child.stderr }).on("line", onLine);
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
        if (!this.#stopping && this.#pending !== undefined)
          this.#finish(this.#pending.requestId, error);
      });
    });
  }

  #readLine(line: string): void {
    const pending = this.#pending;
    const end = pending === undefined ? undefined : END_OF_OUTPUT + pending.requestId;
    const isEnd = end !== undefined && line.endsWith(end);
    // A function may have written text without a line end before.
    const text = isEnd ? line.slice(0, -end.length) : line;
    if (text !== "" || !isEnd) {
      this.#spec.onLine(text);
      pending?.onLine?.(text);
    }
    if (pending === undefined || !isEnd) return;
    pending.outputEnded = true;
    if (pending.outcome !== undefined) this.#finish(pending.requestId, pending.outcome);
  }

  #hear(message: RuntimeMessage): void {
    if (message.kind === "result")
      this.#respond(message.requestId, { kind: "result", result: message.result });
    if (message.kind === "error")
      this.#respond(message.requestId, { kind: "error", error: message.error });
  }

  #respond(requestId: string, outcome: InvocationOutcome): void {
    const pending = this.#pending;
    if (pending?.requestId !== requestId) return;
    if (pending.outputEnded) {
      this.#finish(requestId, outcome);
      return;
    }
    pending.outcome = outcome;
    pending.timer = setTimeout(() => this.#finish(requestId, outcome), MAX_OUTPUT_WAIT_MS);
  }

  #finish(requestId: string, outcome: InvocationOutcome): void {
    if (this.#pending?.requestId !== requestId) return;
    const { settle, timer } = this.#pending;
    clearTimeout(timer);
    this.#pending = undefined;
    if (this.#spec.freezes === true) this.#process?.kill("SIGSTOP");
    settle(outcome);
  }
}

function flagsOf({ memoryMiB, allowOutside = false, sourceMaps = false }: FunctionSpec): string[] {
  return [
    `--max-old-space-size=${memoryMiB}`,
    `--max-semi-space-size=${YOUNG_SPACE_MIB}`,
    // Unlike --import, this is also loaded into worker threads.
    ...(allowOutside ? [] : ["--require", HOLD_BACK_PATH]),
    ...(sourceMaps ? ["--enable-source-maps"] : []),
  ];
}

function failed(errorType: string, errorMessage: string): { kind: "error"; error: FunctionError } {
  return { kind: "error", error: { errorType, errorMessage } };
}
