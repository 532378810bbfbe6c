/** How often, and how far apart, something is tried again. Randomness and waiting are passed in. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** Upper bound of the first pause; it doubles with each further one. */
  readonly baseMs: number;
  /** Upper bound of every pause. */
  readonly capMs: number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Five tries, pauses of up to 50, 100, 200 and 400 ms: a throttle passes, a Lambda's timeout does not come near. */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 5,
  baseMs: 50,
  capMs: 2000,
  random: Math.random,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** The pause before try number `attempt` + 1 (`attempt` counts from 1): full jitter under a doubling bound. */
export function backoffMs(policy: RetryPolicy, attempt: number): number {
  return policy.random() * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
}

/**
 * Works off a list whose single entries may be refused: `send` answers what is to be sent again. Pauses between
 * tries; what is still left after the last one is returned.
 */
export async function retryLeftovers<Entry>(
  entries: readonly Entry[],
  send: (entries: readonly Entry[]) => Promise<readonly Entry[]>,
  policy: RetryPolicy,
): Promise<readonly Entry[]> {
  let left = await send(entries);
  for (let attempt = 1; left.length > 0 && attempt < policy.attempts; attempt++) {
    await policy.sleep(backoffMs(policy, attempt));
    left = await send(left);
  }
  return left;
}
