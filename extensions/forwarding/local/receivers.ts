import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const HOST = "127.0.0.1";
/** More than any event has. */
const MAX_BODY = 1024 * 1024;

/** Two receivers on loopback, for destinations to send to. */
export interface Receivers {
  readonly port: number;
  stop(): Promise<void>;
}

/** Paths of the receiver that takes everything, and of the one that is always down. */
export const RECEIVER_PATHS = { works: "/crm", fails: "/legacy-erp" } as const;

/**
 * Starts receivers on a port that they had before, or on a free one.
 *
 * @returns `undefined` if the port is taken.
 */
export async function startReceivers(port: number): Promise<Receivers | undefined> {
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > MAX_BODY) request.destroy();
    });
    request.on("end", () => {
      const fails = request.url?.startsWith(RECEIVER_PATHS.fails) === true;
      response.writeHead(fails ? 503 : 200, { "content-type": "application/json" });
      response.end(fails ? '{"error":"under maintenance"}' : '{"ok":true}');
    });
  });
  server.listen(port, HOST);
  const opened = await once(server, "listening").catch(() => undefined);
  if (opened === undefined) return undefined;
  // The stage does not stay up for them.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
