import type { Server } from "node:http";
import { text } from "node:stream/consumers";
import { localServer } from "../local-server.ts";
import type { InvocationOutcome } from "./function-process.ts";

/** The function behind the API. */
export interface InvokeApiOptions {
  /** Deployed name of the function. */
  readonly name: string;
  readonly invoke: (event: unknown) => Promise<InvocationOutcome>;
  /** Called when an invocation fails. */
  readonly onFailure: (text: string) => void;
}

/** Maximum bytes of a payload. Source: AWS Lambda developer guide, "Lambda quotas". */
const MAX_BYTES = 6 * 1024 * 1024;

/**
 * Creates a server with the call "Invoke" of Lambda's API for one function, which waits for the result. Like
 * everything on the local stage, it needs no signature; it serves only this machine.
 *
 * Source of the format: AWS Lambda API reference, "Invoke".
 */
export function invokeApi({ name, invoke, onFailure }: InvokeApiOptions): Server {
  const path = `/2015-03-31/functions/${name}/invocations`;
  return localServer(
    async (request, response) => {
      const fail = (status: number, type: string, message: string) => {
        response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": type });
        response.end(JSON.stringify({ Message: message }));
      };
      if (request.method !== "POST" || request.url !== path)
        return fail(404, "ResourceNotFoundException", `There is only POST ${path}.`);
      const event = parsed(await text(request));
      if (event === undefined)
        return fail(400, "InvalidRequestContentException", "The payload must be JSON.");
      const outcome = await invoke(event.value);
      if (outcome.kind === "result") {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(outcome.result ?? null));
        return;
      }
      const { errorType, errorMessage } = outcome.error;
      onFailure(errorMessage);
      response.writeHead(200, { "content-type": "application/json", "x-amz-function-error": "Unhandled" });
      response.end(JSON.stringify({ errorType, errorMessage }));
    },
    { maxBodyBytes: () => MAX_BYTES, onProblem: onFailure },
  );
}

function parsed(body: string): { readonly value: unknown } | undefined {
  if (body === "") return { value: {} };
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}
