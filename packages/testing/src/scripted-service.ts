import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { listenOnLoopback } from "./listen.ts";

/** A call of an AWS client. */
export interface ServiceCall {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A response: a status and a JSON body. */
export interface ServiceAnswer {
  readonly status?: number;
  readonly body: unknown;
}

/** An AWS service with the JSON protocol whose responses a test decides. */
export interface ScriptedService {
  readonly endpoint: string;
  readonly calls: readonly ServiceCall[];
  stop(): Promise<void>;
}

/** Starts a service whose responses come from `answer`; it records its calls. */
export async function startScriptedService(
  answer: (call: ServiceCall, index: number) => ServiceAnswer,
): Promise<ScriptedService> {
  const calls: ServiceCall[] = [];
  const server = createServer(async (request, response) => {
    const action = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
    const call: ServiceCall = { action, input: JSON.parse(await text(request)) };
    calls.push(call);
    const { status = 200, body } = answer(call, calls.length - 1);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(body));
  });
  const endpoint = await listenOnLoopback(server);
  return {
    endpoint,
    calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
