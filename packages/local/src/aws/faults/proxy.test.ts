import { createServer, request, type Server } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { listen } from "../local-server.ts";
import { forward, type ServiceProxy, startProxy } from "./proxy.ts";

let service: Server;
let proxy: ServiceProxy;

beforeEach(async () => {
  service = createServer(async (from, response) => {
    response.writeHead(201).end(`${from.method} ${(await buffer(from)).length}`);
  });
  const target = `http://${await listen(service, 0, "--port")}`;
  proxy = await startProxy((from, body) => forward(target, from, body));
});

afterEach(async () => {
  await proxy.stop();
  service.close();
});

/**
 * Sends as the S3 client does: it waits for the service's word before it sends a body of 2 MB and
 * more.
 */
function put(bytes: number): Promise<string> {
  const { port } = new URL(proxy.endpoint);
  const headers = { expect: "100-continue", "content-length": bytes };
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, method: "PUT", headers }, (response) => {
      text(response).then((body) => resolve(`${response.statusCode} ${body}`), reject);
    });
    call.on("error", reject);
    call.on("continue", () => call.end(Buffer.alloc(bytes)));
  });
}

test("a proxy passes on a large body whose sender waits to be told to continue", async () => {
  expect(await put(3_000_000)).toBe("201 PUT 3000000");
});
