import type { IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { type Chance, chanceOf } from "../chance.ts";
import { partialCall } from "./partial.ts";
import { forward, type Reply, type ServiceProxy, startProxy } from "./proxy.ts";

/** Services that make some calls of a stage's functions fail. */
export interface FaultyServices {
  /** Returns the endpoint for a function; it replaces the services' own endpoint. */
  readonly endpointOf: (name: string, endpoint: string) => Promise<string>;
  /** Describes the faults so far, in one line. */
  report(): string;
  stop(): Promise<void>;
}

/** Ways in which a call to a service can fail, in words. */
const FAULTS = {
  throttle: "throttled",
  error: "failed",
  reset: "cut off",
  lost: "done without a response",
  slow: "slow",
  partial: "failed in part",
} as const;
type Fault = keyof typeof FAULTS;
const KINDS = Object.keys(FAULTS) as Fault[];

/**
 * Puts a proxy with faults between each function and its services: some of the calls are throttled,
 * fail, lose their connection before or after the service has handled them, take long, or fail in
 * part.
 *
 * @param share Share of calls that fail, 0 to 1.
 * @param seed The same seed gives each function the same faults for the same sequence of calls.
 */
export function faultyServices(share: number, seed: number): FaultyServices {
  const counts = { throttle: 0, error: 0, reset: 0, lost: 0, slow: 0, partial: 0 };
  const proxies: ServiceProxy[] = [];
  const end = new AbortController();
  let functions = 0;
  return {
    endpointOf: async (_, target) => {
      const chance = chanceOf(seed + functions);
      functions += 1;
      const nextFault = () => {
        if (!chance.happens(share)) return undefined;
        const fault = chance.pick(KINDS);
        counts[fault] += 1;
        return fault;
      };
      const proxy = await startProxy((request, body) =>
        replyTo({ target, chance, fault: nextFault(), signal: end.signal }, request, body),
      );
      proxies.push(proxy);
      return proxy.endpoint;
    },
    report: () => {
      const all = KINDS.map((kind) => `${counts[kind]} ${FAULTS[kind]}`);
      return `Simulated faults in the functions' calls to AWS: ${all.join(", ")}.`;
    },
    stop: async () => {
      end.abort();
      await Promise.all(proxies.map((proxy) => proxy.stop()));
    },
  };
}

interface Serving {
  readonly target: string;
  readonly chance: Chance;
  /** The fault of this call, if it has one. */
  readonly fault: Fault | undefined;
  /** Ends slow calls. */
  readonly signal: AbortSignal;
}

/** Error codes with which services throttle. */
const THROTTLES: Readonly<Record<string, string>> = {
  DynamoDB_20120810: "ProvisionedThroughputExceededException",
  Firehose_20150804: "ServiceUnavailableException",
  AmazonSQS: "RequestThrottled",
};

/** Returns the reply to a call; `undefined` if its connection is lost. */
async function replyTo(
  { target, chance, fault, signal }: Serving,
  request: IncomingMessage,
  body: Buffer,
): Promise<Reply | undefined> {
  const [service = "", action = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
  if (fault === "reset") return undefined;
  if (fault === "throttle")
    return refusal(service, 400, THROTTLES[service] ?? "ThrottlingException");
  if (fault === "error") return refusal(service, 500, "InternalServerError");
  // Sometimes longer than the client's timeout.
  if (fault === "slow")
    await pause(chance.happens(0.1) ? 6000 : chance.int(100, 1500), undefined, { signal });
  const reply =
    fault === "partial"
      ? await forwardPart(target, chance, request, action, body)
      : await forward(target, request, body);
  // The service has handled the call, but the client gets no response.
  return fault === "lost" ? undefined : reply;
}

async function forwardPart(
  target: string,
  chance: Chance,
  request: IncomingMessage,
  action: string,
  body: Buffer,
): Promise<Reply> {
  const input = tryParseJson(body.toString());
  const part = isJsonObject(input)
    ? partialCall(action, input, () => chance.happens(0.5))
    : undefined;
  if (part === undefined) return forward(target, request, body);
  const reply =
    part.forwarded === undefined
      ? {
          status: 200,
          headers: { "content-type": "application/x-amz-json-1.1" },
          body: Buffer.from("{}"),
        }
      : await forward(target, request, Buffer.from(JSON.stringify(part.forwarded)));
  const content = tryParseJson(reply.body.toString());
  if (reply.status !== 200 || !isJsonObject(content)) return reply;
  return { ...reply, body: Buffer.from(JSON.stringify(part.toResponse(content))) };
}

/**
 * Refuses a call in the format of the service: SNS, which names no target in its headers, has XML.
 */
function refusal(service: string, status: number, code: string): Reply {
  const message = "A simulated fault.";
  const text =
    service === ""
      ? `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
      : JSON.stringify({ __type: code, message });
  const headers = { "content-type": service === "" ? "text/xml" : "application/x-amz-json-1.1" };
  return { status, headers, body: Buffer.from(text) };
}
