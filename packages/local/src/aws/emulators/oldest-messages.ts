import { OLDEST_MESSAGES_PATH, type OldestMessages } from "@rainhooks/stage/oldest-messages";
import type { ServiceHandler } from "./gateway.ts";

/** A message of a queue, as far as its age is concerned. */
interface Sent {
  readonly sentTimestamp: number;
}

/** A queue of fauxqs. */
interface Queue {
  readonly name: string;
  inspectMessages(): {
    readonly ready: readonly Sent[];
    readonly delayed: readonly Sent[];
    readonly inflight: readonly { readonly message: Sent }[];
  };
}

/** Returns when the oldest message of each queue was sent: one that waits, is delayed or is being handled. */
export function oldestIn(queues: Iterable<Queue>): OldestMessages {
  const oldest = [...queues].map((queue): [string, number] => {
    const { ready, delayed, inflight } = queue.inspectMessages();
    const messages = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
    return [
      queue.name,
      messages.reduce((least, { sentTimestamp }) => Math.min(least, sentTimestamp), Infinity),
    ];
  });
  return Object.fromEntries(oldest.filter(([, atMs]) => atMs !== Infinity));
}

/**
 * Returns a service that serves when the oldest message of each queue was sent, and passes all other requests
 * to another one.
 */
export function servingOldestMessages(oldest: () => OldestMessages, other: ServiceHandler): ServiceHandler {
  return (request, response) => {
    if (request.url !== OLDEST_MESSAGES_PATH) return other(request, response);
    response.writeHead(request.method === "GET" ? 200 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(oldest()));
    return undefined;
  };
}
