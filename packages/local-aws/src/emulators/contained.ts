import type { ServerResponse } from "node:http";
import { messageOf } from "@rainhooks/core";
import type { ServiceHandler } from "./gateway.ts";

/** A service whose internal errors do not end the process. */
export interface Contained {
  readonly serve: ServiceHandler;
  /** Restores the default: an uncaught error ends the process. */
  release(): void;
}

/**
 * Catches errors that dynalite throws in its own callbacks (when its files cannot be read or written), so that they do not end the
 * process. The failed request is unknown, so all open ones get a 500 response, and their clients retry.
 *
 * @param explain Returns the message for a failure.
 */
export function contained(
  serve: ServiceHandler,
  explain: (reason: string) => string,
  onError: (text: string) => void,
): Contained {
  const open = new Set<ServerResponse>();
  const caught = (error: unknown) => {
    if (!isOfTables(error)) {
      console.error(error);
      process.exit(1);
    }
    const message = explain(messageOf(error));
    onError(message);
    for (const response of open) refuse(response, message);
  };
  process.on("uncaughtException", caught);
  return {
    serve: (request, response) => {
      open.add(response);
      response.on("close", () => open.delete(response));
      return serve(request, response);
    },
    release: () => process.off("uncaughtException", caught),
  };
}

/** True for an error of LevelDB, or of dynalite because of it. */
function isOfTables(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return (
    code.startsWith("LEVEL_") || /[\\/](dynalite|classic-level|abstract-level)[\\/]/.test(error.stack ?? "")
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
