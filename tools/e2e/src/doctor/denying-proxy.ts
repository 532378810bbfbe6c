import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { listenOnLoopback } from "@rainhooks/testing/listen";

/** A proxy in front of DynamoDB that refuses some calls, as IAM does without a permission. */
export interface DenyingProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts a proxy that refuses an action on a table. */
export async function startDenyingProxy(
  target: string,
  { action, table }: { readonly action: string; readonly table: string },
): Promise<DenyingProxy> {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const called = String(request.headers["x-amz-target"]);
    if (called.endsWith(`.${action}`) && JSON.parse(body.toString()).TableName === table) {
      const message = `User: arn:aws:sts::123456789012:assumed-role/${table}/${table} is not authorized to perform: dynamodb:${action} on resource: arn:aws:dynamodb:us-east-1:123456789012:table/${table}`;
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify({ __type: "com.amazon.coral.service#AccessDeniedException", message }));
      return;
    }
    const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
    const sent = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const forwarded = await fetch(target + request.url, { method: "POST", headers: sent, body });
    response.writeHead(forwarded.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(Buffer.from(await forwarded.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  return {
    endpoint: await listenOnLoopback(server),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
