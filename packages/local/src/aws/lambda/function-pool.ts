import {
  FunctionProcess,
  type FunctionSpec,
  type InvocationOutcome,
  type OnLine,
} from "./function-process.ts";

/**
 * Runs a function in as many processes as there are concurrent invocations, up to a maximum, as
 * Lambda does.
 */
export class FunctionPool {
  #spec: FunctionSpec;
  readonly #max: number;
  readonly #all = new Set<FunctionProcess>();
  readonly #idle: FunctionProcess[] = [];
  /** Processes of an earlier version that still run an invocation. */
  readonly #retired = new Set<FunctionProcess>();
  readonly #waiting: ((process: FunctionProcess) => void)[] = [];

  /**
   * @param max Maximum concurrent invocations; further ones wait.
   */
  constructor(spec: FunctionSpec, max: number) {
    this.#spec = spec;
    this.#max = max;
  }

  /** Starts the first process before the first invocation. */
  async start(): Promise<InvocationOutcome> {
    const first = this.#add();
    const outcome = await first.start();
    this.#idle.push(first);
    return outcome;
  }

  /** Runs one invocation. Never rejects: errors are returned as an outcome. */
  async invoke(event: unknown, onLine?: OnLine, traceHeader?: string): Promise<InvocationOutcome> {
    const process = await this.#take();
    const outcome = await process.invoke(event, onLine, traceHeader);
    if (this.#retired.delete(process)) await process.stop();
    else this.#idle.push(process);
    this.#serveWaiting();
    return outcome;
  }

  /**
   * Runs all further invocations with another bundle; running ones end with the bundle before. If
   * the new bundle does not load, nothing changes.
   */
  async reload(bundleDir: string): Promise<InvocationOutcome> {
    const spec = { ...this.#spec, bundleDir };
    const first = new FunctionProcess(spec);
    const outcome = await first.start();
    if (outcome.kind === "error") {
      await first.stop();
      return outcome;
    }
    this.#spec = spec;
    const idle = this.#idle.splice(0);
    for (const process of this.#all) if (!idle.includes(process)) this.#retired.add(process);
    this.#all.clear();
    this.#all.add(first);
    this.#idle.push(first);
    this.#serveWaiting();
    await Promise.all(idle.map((process) => process.stop()));
    return outcome;
  }

  /** Process ids. */
  pids(): number[] {
    return [...this.#all, ...this.#retired].flatMap(({ pid }) => pid ?? []);
  }

  /** Ids of the processes that run an invocation. */
  busyPids(): number[] {
    return [...this.#all].flatMap(({ pid, isBusy }) => (isBusy && pid !== undefined ? [pid] : []));
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all([...this.#all, ...this.#retired].map((process) => process.stop()));
  }

  async #take(): Promise<FunctionProcess> {
    return this.#free() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #serveWaiting(): void {
    while (this.#waiting.length > 0) {
      const process = this.#free();
      if (process === undefined) return;
      this.#waiting.shift()?.(process);
    }
  }

  /** Returns an idle process, or a new one if there may be more. */
  #free(): FunctionProcess | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined || this.#all.size >= this.#max) return idle;
    return this.#add();
  }

  #add(): FunctionProcess {
    const process = new FunctionProcess(this.#spec);
    this.#all.add(process);
    return process;
  }
}
