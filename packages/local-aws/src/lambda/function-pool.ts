import { FunctionProcess, type FunctionSpec, type InvocationOutcome } from "./function-process.ts";

/** Runs a function in as many processes as there are concurrent invocations, up to a maximum, as Lambda does. */
export class FunctionPool {
  readonly #spec: FunctionSpec;
  readonly #max: number;
  readonly #all: FunctionProcess[] = [];
  readonly #idle: FunctionProcess[] = [];
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
  async invoke(event: unknown): Promise<InvocationOutcome> {
    const process = await this.#take();
    const outcome = await process.invoke(event);
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(process);
    else next(process);
    return outcome;
  }

  /** Process ids. */
  pids(): number[] {
    return this.#all.flatMap(({ pid }) => pid ?? []);
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all(this.#all.map((process) => process.stop()));
  }

  async #take(): Promise<FunctionProcess> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.length < this.#max) return this.#add();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #add(): FunctionProcess {
    const process = new FunctionProcess(this.#spec);
    this.#all.push(process);
    return process;
  }
}
