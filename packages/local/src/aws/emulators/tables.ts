import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "@rainhooks/core/errors";
import { tablesServer } from "@rainhooks/embedded-dynamodb/test-tables";
import type { Listener } from "../local-server.ts";
import { stopAll } from "../stop-all.ts";

/** DynamoDB, with its data in a folder. */
export interface Tables {
  readonly serve: Listener;
  /** Closes the files when all operations are done, also those whose clients no longer wait. */
  stop(): Promise<void>;
}

/**
 * How often stopping waits for operations. What is not done by then is cut off, as if the process
 * were killed.
 */
const MAX_WAITS = 500;
/** One such wait. */
const WAIT_MS = 10;

/**
 * Starts DynamoDB (dynalite) without a port of its own.
 *
 * It throws errors in its own callbacks: when its files cannot be read or written, and when a
 * client cuts a request off. None of them ends the process. The failed request is unknown, so all
 * open ones get a 500 response, and their clients retry.
 */
export function startTables(folder: string, onError: (error: Error) => void): Tables {
  const server = tablesServer(folder);
  const open = new Set<ServerResponse>();
  const caught = (error: unknown) => {
    if (!isOfTables(error)) {
      console.error(error);
      process.exit(1);
    }
    const message = `The tables in ${folder} cannot be read or written (${messageOf(error)}). Is the disk full? Restore a backup, or delete the data with --fresh.`;
    onError(new Error(message));
    for (const response of open) refuse(response, message);
  };
  process.on("uncaughtException", caught);
  return {
    serve: (request, response) => {
      open.add(response);
      // Without a client, an operation goes on; it is over when it has ended its response. A
      // request that was cut off has begun none.
      response.on("close", () => {
        if (response.writableEnded || !request.readableEnded) open.delete(response);
      });
      server.emit("request", request, response);
      // Its own listener throws.
      request.removeAllListeners("error").on("error", () => undefined);
    },
    stop: () =>
      stopAll([
        () => waitUntil(() => [...open].every(({ writableEnded }) => writableEnded)),
        () => new Promise<void>((resolve) => server.close(() => resolve())),
        () => process.off("uncaughtException", caught),
      ]),
  };
}

/**
 * Waits at least five seconds of a machine that has time for this process: while it has none,
 * operations do not go on either.
 */
async function waitUntil(isSo: () => boolean): Promise<void> {
  for (let waits = 0; waits < MAX_WAITS && !isSo(); waits += 1) await delay(WAIT_MS);
}

/** True for an error of LevelDB, or of dynalite because of it. */
function isOfTables(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return (
    code.startsWith("LEVEL_") ||
    /[\\/](dynalite|classic-level|abstract-level)[\\/]/.test(error.stack ?? "")
  );
}

function refuse(response: ServerResponse, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify({ __type: "InternalServerError", message }));
}
