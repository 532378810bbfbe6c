/** Number and timing of attempts. Randomness and waiting are passed in. */
export interface RetryPolicy {
  /** Number of attempts, including the first one. */
  readonly attempts: number;
  /** Upper bound of the first pause; it doubles for each further one. */
  readonly baseMs: number;
  /** Upper bound of every pause. */
  readonly capMs: number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Five attempts, with pauses of up to 50, 100, 200 and 400 ms: enough for a throttled call, and far
 * below a Lambda timeout.
 */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 5,
  baseMs: 50,
  capMs: 2000,
  random: Math.random,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Returns the pause after an attempt, in ms (`attempt` counts from 1): full jitter under a doubling
 * bound.
 */
export function backoffMs(policy: RetryPolicy, attempt: number): number {
  return policy.random() * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
}

/**
 * Sends entries of which single ones may be rejected: `send` returns the entries to send again.
 * Pauses between attempts; returns the entries that remain after the last one.
 */
export async function retryLeftovers<Entry>(
  entries: readonly Entry[],
  send: (entries: readonly Entry[]) => Promise<readonly Entry[]>,
  policy: RetryPolicy,
): Promise<readonly Entry[]> {
  let remaining = await send(entries);
  for (let attempt = 1; remaining.length > 0 && attempt < policy.attempts; attempt++) {
    await policy.sleep(backoffMs(policy, attempt));
    remaining = await send(remaining);
  }
  return remaining;
}
