import type { ServerResponse } from "node:http";
import { messageOf } from "@rainhooks/core";
import type { ServiceHandler } from "./gateway.ts";

/** A service whose own failures do not end the process. */
export interface Contained {
  readonly serve: ServiceHandler;
  /** Lets failures end the process again, as they do without this. */
  release(): void;
}

/**
 * Keeps what dynalite throws where nobody can catch it, in a callback of its own when its files cannot be read or written, from
 * ending the process. Which request it is of cannot be told, so all that are open are answered with 500: their callers try again.
 *
 * @param explain What to say of a failure.
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

/** True for a failure of LevelDB, or of dynalite on top of it. */
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
