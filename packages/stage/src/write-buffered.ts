/**
 * Path at the endpoint of a local stage that lets Firehose write what it has. No bucket can have this name.
 */
export const WRITE_BUFFERED_PATH = "/_rainhooks/write";

/** Maximum wait for it: a stream may refuse for longer, and is asked again. */
const MAX_WAIT_MS = 10_000;

/**
 * Makes Firehose of a local stage write its buffers, including the messages that SNS is about to deliver to
 * it.
 *
 * @returns Whether all of it is written. False also for a stage that uses another emulator.
 */
export async function writeBuffered(endpoint: string): Promise<boolean> {
  const signal = AbortSignal.timeout(MAX_WAIT_MS);
  const asked = { method: "POST", signal };
  const response = await fetch(`${endpoint}${WRITE_BUFFERED_PATH}`, asked).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 204;
}
