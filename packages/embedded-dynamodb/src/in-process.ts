import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

/** The used part of an HTTP request of an AWS client. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A server requires a signature, but does not check it. */
const SIGNATURE = {
  authorization: "AWS4-HMAC-SHA256 Credential=local, Signature=none, SignedHeaders=none",
  "x-amz-date": "20260101T000000Z",
};

/** How clients reach a server of this process. */
export interface InProcess {
  /** Options of a client. */
  readonly options: Pick<DynamoDBClientConfig, "requestHandler" | "signer">;
  /** Waits until no request is being served: nobody may wait for it any more. */
  settled(): Promise<void>;
}

/** Lets clients reach a server of this process without a connection: a call takes two thirds of the processor time. */
export function inProcess(server: Server): InProcess {
  const serving = new Set<Promise<unknown>>();
  const serve = ({ method, path, headers, body }: Request) =>
    new Promise<{ response: Response }>((resolve) => {
      const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      const request = { method, url: path, headers: { ...Object.fromEntries(names), ...SIGNATURE } };
      const incoming = Object.assign(new EventEmitter(), request);
      server.emit("request", incoming, new Response((response) => resolve({ response })));
      if (body instanceof Uint8Array)
        incoming.emit("data", Buffer.from(body.buffer, body.byteOffset, body.byteLength));
      incoming.emit("end");
    });
  const handle = (request: Request) => {
    const served = serve(request).finally(() => serving.delete(served));
    serving.add(served);
    return served;
  };
  return {
    options: { requestHandler: { handle }, signer: { sign: async (request) => request } },
    settled: async () => {
      while (serving.size > 0) await Promise.allSettled(serving);
    },
  };
}

/** What a server writes its response to; afterwards, the response as an AWS client reads it. */
class Response {
  statusCode = 200;
  readonly headers: Record<string, string> = { date: new Date().toUTCString() };
  body = Buffer.alloc(0);
  readonly #onEnd: (response: Response) => void;

  constructor(onEnd: (response: Response) => void) {
    this.#onEnd = onEnd;
  }

  setHeader(name: string, value: string | number): void {
    this.headers[name.toLowerCase()] = String(value);
  }

  end(text = ""): void {
    this.body = Buffer.from(text);
    this.#onEnd(this);
  }
}
