/**
 * What becomes of a call of a service. The last two end the process: before the call is made, or before its
 * response arrives.
 */
export type Outcome = "done" | "refused" | "response lost" | "killed before" | "killed after";

/** A client of AWS, as far as a process needs it. */
interface Client {
  send(...args: never[]): unknown;
}

/**
 * A process of a function. Its calls can fail, and it can end in the middle of an invocation: nothing happens
 * then that would come after it.
 */
export class Process {
  /** Decides about each call of an invocation; they are counted from 1. */
  outcomeOf: (call: number) => Outcome = () => "done";
  #calls = 0;
  #end: () => void = () => undefined;
  #isDead = false;

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Ends the process. */
  kill(): void {
    this.#isDead = true;
    this.#end();
  }

  /**
   * Runs an invocation.
   *
   * @throws if the process ends meanwhile: nobody gets a response then.
   */
  async invoke<T>(work: () => Promise<T>): Promise<T> {
    this.#calls = 0;
    const killed = new Promise<never>((_, reject) => {
      this.#end = () => reject(new Error("killed"));
    });
    return await Promise.race([work(), killed]);
  }

  /** Makes a client whose calls are those of the process. */
  clientOf<C extends Client>(client: C): C {
    return new Proxy(client, {
      get: (target, name) =>
        name === "send"
          ? (...args: unknown[]) => this.#call(async () => Reflect.apply(target.send, target, args))
          : Reflect.get(target, name),
    });
  }

  async #call(make: () => Promise<unknown>): Promise<unknown> {
    if (this.#isDead) return await NEVER;
    this.#calls += 1;
    const outcome = this.outcomeOf(this.#calls);
    if (outcome === "refused") throw serviceError();
    const response = outcome === "killed before" ? undefined : await make();
    if (outcome === "response lost") throw serviceError();
    if (outcome.startsWith("killed")) this.kill();
    // What was under way when the process ended has no response, either.
    return this.#isDead ? await NEVER : response;
  }
}

const NEVER = new Promise<never>(() => undefined);

function serviceError(): Error {
  return Object.assign(new Error("The service does not respond."), { name: "InternalServerError" });
}
