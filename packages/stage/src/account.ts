import { channel } from "node:diagnostics_channel";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";

/** The account and the region in which a stage is. */
export interface StageAccount {
  readonly region?: string | undefined;
  /** A profile of the AWS configuration of this machine; `undefined` for the SDK's credentials. */
  readonly profile?: string | undefined;
}

/** Returns the options of a client of a command. */
export function clientOptions({ region, profile }: StageAccount) {
  return {
    cacheMiddleware: true,
    ...patience(),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/**
 * Who shows something to people subscribes to this channel of Node.js. Its messages are texts:
 * which service a request is waiting for.
 */
export const WAITING_CHANNEL = "rainhooks.waiting";

type Handler = SQSClient["config"]["requestHandler"];
type Request = Parameters<Handler["handle"]>[0];

/** Options of any client of AWS. */
export interface Patience {
  readonly requestHandler: { readonly connectionTimeout: number; readonly socketTimeout: number };
  readonly extensions: { configure(config: { httpHandler(): Handler }): void }[];
}

/**
 * Returns options of a client for people. They wait longer than functions do: their networks are
 * slower than AWS's own, and a large object takes a minute to send. So silence ends a request, not
 * the time that it takes. It is not sent again then: a service that took it may be working on it.
 *
 * @param toldAfterMs Silence after which people are told which service does not respond.
 * @param maxMs Silence that ends a request.
 */
export function patience(toldAfterMs = 5 * SECOND_MS, maxMs = 30 * SECOND_MS): Patience {
  const configure = (config: { httpHandler(): Handler }) => {
    const handler = config.httpHandler();
    const send = handler.handle.bind(handler);
    handler.handle = async (request, options) => {
      const sentMs = performance.now();
      const told = setTimeout(() => {
        // SQS holds back a response for up to 20 s if a queue has no messages.
        if (request.headers["x-amz-target"] === "AmazonSQS.ReceiveMessage") return;
        channel(WAITING_CHANNEL).publish(`Waiting for ${placeOf(request)} …`);
      }, toldAfterMs);
      try {
        return await send(request, options);
      } catch (error) {
        // A connection that is not made fails much earlier.
        const isSilent =
          error instanceof Error &&
          error.name === "TimeoutError" &&
          performance.now() - sentMs > maxMs / 2;
        throw isSilent ? silentError(request, maxMs) : error;
      } finally {
        clearTimeout(told);
      }
    };
  };
  return {
    requestHandler: { connectionTimeout: 5000, socketTimeout: maxMs },
    extensions: [{ configure }],
  };
}

/** Without a cause: the SDK would find a timeout in it, and send the request again. */
function silentError(request: Request, maxMs: number): RainhooksError {
  return new RainhooksError(
    "stage-unavailable",
    `${placeOf(request)} took a request, and has not responded for ${maxMs / SECOND_MS} s. Check the network (VPN, proxy, firewall), the region, and AWS_ENDPOINT_URL if it is set; then try again.`,
  );
}

/**
 * The service and its address. Source of the format: AWS Signature Version 4, header Authorization.
 */
function placeOf({ headers, protocol, hostname, port }: Request): string {
  const [, service = "a service of AWS"] =
    /\/([a-z0-9-]+)\/aws4_request/.exec(headers["authorization"] ?? "") ?? [];
  return `${service} at ${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
}
