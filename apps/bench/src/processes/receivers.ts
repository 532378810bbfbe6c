/*
 * Receivers of forwarded events in a process of their own: one responds at once, one after 10 s, one never, and one answers 500. Each notes
 * when an event arrived, by the time in its body.
 */
import { createServer, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { listenOnLoopback } from "@rainhooks/testing";
import { serveParent } from "./parent.ts";

const SLOW_MS = 10_000;

/** An event that arrived. */
interface Receipt {
  readonly id: string;
  /** When it was published, epoch milliseconds. */
  readonly sentAtMs: number;
  readonly atMs: number;
}

const ok = (response: ServerResponse) => void response.writeHead(204).end();
const RESPONDERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  quick: ok,
  slow: (response) => void setTimeout(() => ok(response), SLOW_MS),
  silent: () => undefined,
  broken: (response) => void response.writeHead(500).end("no"),
};

const receipts = new Map<string, Receipt[]>();
const urls: Record<string, string> = {};
const responders = new Map(Object.entries(RESPONDERS));
for (const name of responders.keys()) {
  receipts.set(name, []);
  const server = createServer(async (request, response) => {
    const atMs = Date.now();
    const { timestamp } = (await json(request)) as { readonly timestamp: string };
    const id = String(request.headers["webhook-id"]);
    receipts.get(name)?.push({ id, sentAtMs: Date.parse(timestamp), atMs });
    responders.get(name)?.(response);
  });
  server.keepAliveTimeout = 60_000;
  urls[name] = await listenOnLoopback(server);
}

serveParent(urls, async (content) => {
  const { name, answers } = content as { readonly name: string; readonly answers?: string };
  if (answers !== undefined) {
    const responder = RESPONDERS[answers];
    if (responder !== undefined) responders.set(name, responder);
    return {};
  }
  const taken = receipts.get(name) ?? [];
  receipts.set(name, []);
  return { receipts: taken };
});
