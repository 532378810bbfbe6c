import { startReceiver } from "./receiver.ts";

/** A call of an AWS client. */
export interface ServiceCall {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A response: a status and a JSON body. */
export interface ServiceResponse {
  readonly status?: number;
  readonly body: unknown;
}

/** An AWS service with the JSON protocol whose responses a test decides. */
export interface ScriptedService {
  readonly endpoint: string;
  readonly calls: readonly ServiceCall[];
  stop(): Promise<void>;
}

/** Starts a service whose responses come from `respond`; it records its calls. */
export async function startScriptedService(
  respond: (call: ServiceCall, index: number) => ServiceResponse,
): Promise<ScriptedService> {
  const calls: ServiceCall[] = [];
  const { url, stop } = await startReceiver(({ headers, body: input }, response) => {
    const action = String(headers["x-amz-target"]).replace(/^.*\./, "");
    const call: ServiceCall = { action, input: JSON.parse(input) };
    calls.push(call);
    const { status = 200, body } = respond(call, calls.length - 1);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(body));
  });
  return { endpoint: url, calls, stop };
}
