import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";

/**
 * Starts the endpoint of a local stage in whose queues and buffers nothing waits.
 *
 * @param tables Where its tables are. @defaultValue it has none
 */
export function startQuietEndpoint(tables = ""): Promise<TestReceiver> {
  return startReceiver(async ({ method, path, headers, body }, response) => {
    if (path.startsWith("/_rainhooks/")) {
      response.writeHead(method === "POST" ? 204 : 200).end("{}");
      return;
    }
    const names = ["authorization", "content-type", "x-amz-date", "x-amz-target"];
    const sent = names.map((name): [string, string] => [name, String(headers[name])]);
    const reply = await fetch(tables, { method, headers: sent, body });
    const type = reply.headers.get("content-type") ?? "";
    response.writeHead(reply.status, { "content-type": type }).end(await reply.text());
  });
}
