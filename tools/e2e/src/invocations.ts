import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What becomes of a call of a service. The last two end the invocation: before the call is made, or
 * before its response arrives.
 */
export type Outcome = "done" | "refused" | "response lost" | "killed before" | "killed after";

/** How an invocation goes. */
export interface Fate {
  /** Decides about each call, which are counted from 1. */
  readonly outcomeOf: (call: number) => Outcome;
  /** Whether its process is killed at its end, at the latest. */
  readonly isKilled: boolean;
}

interface Invocation extends Fate {
  calls: number;
  isDead: boolean;
  readonly kill: () => void;
  readonly underWay: Promise<unknown>[];
}

const invocations = new AsyncLocalStorage<Invocation>();

/**
 * Runs an invocation whose calls are made by clients of {@link playedClient}.
 *
 * @throws if its process is killed: nothing of it goes on then, and nobody gets its response.
 */
export async function invoke<T>(fate: Fate, work: () => Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const killed = new Error("The process was killed before it could respond.");
  const underWay: Promise<unknown>[] = [];
  const invocation = { ...fate, calls: 0, isDead: false, kill: () => reject(killed), underWay };
  const ended = Promise.race([invocations.run(invocation, work), promise]);
  // What was sent before a kill arrives soon after it, not when the next thing happens in played
  // time.
  const response = await ended.finally(() => Promise.allSettled(underWay));
  if (!fate.isKilled) return response;
  invocation.isDead = true;
  throw killed;
}

/** Makes a client whose calls are those of the invocation in which they are made. */
export function playedClient<C extends { send(...args: never[]): unknown }>(client: C): C {
  return new Proxy(client, {
    get: (target, name) =>
      name === "send"
        ? (...args: unknown[]) => call(async () => Reflect.apply(target.send, target, args))
        : Reflect.get(target, name),
  });
}

const DOWN = Object.assign(new Error("The service does not respond."), {
  name: "InternalServerError",
});
const NEVER = new Promise<never>(() => undefined);

async function call(make: () => Promise<unknown>): Promise<unknown> {
  const invocation = invocations.getStore();
  if (invocation === undefined) return await make();
  if (invocation.isDead) return await NEVER;
  invocation.calls += 1;
  const outcome = invocation.outcomeOf(invocation.calls);
  if (outcome === "refused") throw DOWN;
  const made = outcome === "killed before" ? Promise.resolve() : make();
  invocation.underWay.push(made);
  const response = await made;
  if (outcome === "response lost") throw DOWN;
  if (outcome.startsWith("killed")) {
    invocation.isDead = true;
    invocation.kill();
  }
  // What was under way when the process ended has no response, either.
  return invocation.isDead ? await NEVER : response;
}
