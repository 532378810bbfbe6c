import { AsyncLocalStorage } from "node:async_hooks";

/** An invocation that is killed before one of its calls. */
interface Doomed {
  callsLeft: number;
  readonly kill: () => void;
}

const doomed = new AsyncLocalStorage<Doomed>();

/**
 * Runs an invocation that is killed after so many calls, or at its end if it makes fewer: nothing of it goes
 * on, and nobody gets its response.
 *
 * @throws always.
 */
export async function runDoomed(callsLeft: number, run: () => Promise<unknown>): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const killed = new Error("The process was killed before it could respond.");
  await Promise.race([doomed.run({ callsLeft, kill: () => reject(killed) }, run), promise]);
  throw killed;
}

/** Counts a call of an invocation; one that is killed never gets past it. */
export async function beforeCall(): Promise<void> {
  const invocation = doomed.getStore();
  if (invocation === undefined) return;
  if (invocation.callsLeft > 0) {
    invocation.callsLeft -= 1;
    return;
  }
  invocation.kill();
  await new Promise(() => undefined);
}
