import { createServer, type Socket } from "node:net";
import { describe, expect, it, test } from "@jest/globals";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { type Respond, useReceivers } from "../testing/receivers.ts";
import { alertTo } from "../testing/samples.ts";

const { stops, receiving, senderWith } = useReceivers();

/** A server of raw TCP, for responses that an HTTP server does not send. */
async function rawServer(onData: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", () => onData(socket));
  });
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listenOnLoopback(server);
}

describe("what comes of a request", () => {
  /** Only who gets no response waits in vain: others may take as long as on a slow machine. */
  const senderFor = (name: string) => senderWith(/^no/.test(name) ? { timeoutMs: 3000 } : {});
  const withStatus =
    (status: number, headers: Record<string, string> = {}, text = ""): Respond =>
    (_, response) =>
      response.writeHead(status, headers).end(text);

  test.each<[string, Respond, object, object]>([
    ["200", withStatus(200), { kind: "delivered" }, { status: 200, response: "" }],
    ["204", withStatus(204), { kind: "delivered" }, { status: 204 }],
    [
      "500",
      withStatus(500, {}, "oops"),
      { kind: "failed", reason: "URL responded with status 500: oops" },
      { status: 500, response: "oops" },
    ],
    [
      "404",
      withStatus(404),
      { kind: "failed", reason: "URL responded with status 404." },
      { status: 404 },
    ],
    [
      "302",
      withStatus(302, { location: "https://b.example/hidden" }),
      {
        kind: "failed",
        reason:
          "URL responded with status 302, a redirect to https://b.example. Redirects are not followed: use the final URL.",
      },
      { status: 302 },
    ],
    [
      "429",
      withStatus(429, { "retry-after": "120" }),
      { kind: "failed", retryAfterS: 120, reason: "URL responded with status 429." },
      { status: 429 },
    ],
    [
      "403 with Retry-After",
      withStatus(403, { "retry-after": "60" }),
      { kind: "failed", retryAfterS: 60 },
      { status: 403 },
    ],
    [
      "410",
      withStatus(410, {}, "bye"),
      { kind: "gone", reason: "URL responded with status 410: bye" },
      { status: 410, outcome: "gone" },
    ],
    [
      "no response",
      () => undefined,
      { kind: "failed", reason: "URL cannot be reached: no response within TIME ms." },
      { outcome: "failed" },
    ],
    [
      "a closed connection",
      (_, response) => response.socket?.destroy(),
      { kind: "failed", reason: "URL cannot be reached: socket hang up." },
      {},
    ],
    [
      "10 MB",
      withStatus(200, {}, "x ".repeat(5 * 1024 * 1024)),
      { kind: "delivered" },
      { response: "x ".repeat(2048) },
    ],
    [
      "an error of 10 MB",
      withStatus(500, {}, "x ".repeat(5 * 1024 * 1024)),
      { kind: "failed" },
      { response: "x ".repeat(2048) },
    ],
  ])("the outcome of a request: %s", async (name, respond, outcome, record) => {
    const { url, requests } = await receiving(respond);
    const sent = await senderFor(name).sendOnce(alertTo(`${url}/hidden`));
    const told = JSON.parse(
      JSON.stringify(sent)
        .replaceAll(url, "URL")
        .replaceAll(/\d+ ms/g, "TIME ms"),
    );
    expect(told).toMatchObject({ outcome, record });
    expect(told.record.error).toBe(told.outcome.reason);
    expect(requests).toHaveLength(1);
    expect(JSON.stringify(sent)).not.toContain("hidden");
  });

  test.each<[string, (socket: Socket) => void, object]>([
    [
      "closed in the middle of the headers",
      (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-le"),
      { kind: "failed" },
    ],
    [
      "closed in the middle of the body: its status counts",
      (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart"),
      { kind: "delivered" },
    ],
    [
      "an error, closed in the middle of the body",
      (socket) => socket.end("HTTP/1.1 503 No\r\ncontent-length: 100\r\n\r\npart"),
      { kind: "failed" },
    ],
    ["garbage", (socket) => socket.end("\u0000\u0001garbage\r\n\r\n"), { kind: "failed" }],
    [
      "another protocol",
      (socket) => socket.end("220 mail.example.com ESMTP\r\n"),
      { kind: "failed" },
    ],
    [
      "endless headers",
      (socket) => socket.end(`HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(10_000)}`),
      { kind: "failed" },
    ],
    ["nothing", () => undefined, { kind: "failed" }],
  ])("a response that is %s", async (name, onData, outcome) => {
    const url = await rawServer(onData);
    const sent = await senderFor(name).sendOnce(alertTo(url));
    expect(sent.outcome).toMatchObject(outcome);
  });

  it("nobody is there", async () => {
    const { url, stop } = await receiving();
    await stop();
    const { outcome } = await senderWith().sendOnce(alertTo(url));
    expect(outcome).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("cannot be reached"),
    });
  });

  it("a response is kept to 4 KB, of whole characters and without secrets", async () => {
    const text = `key hidden-key ${"€ ".repeat(2000)}`;
    const { url } = await receiving(withStatus(200, {}, text));
    const secrets = { headers: { "x-api-key": "hidden-key" } };
    const { record } = await senderWith().sendOnce(alertTo(url, { secrets }));
    const kept = record.response ?? "";
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(kept)).toBeGreaterThan(4092);
    expect(text.replace("hidden-key", "***").startsWith(kept)).toBe(true);
  });

  it("one slow destination does not take the connections of another one", async () => {
    const { promise: fastIsDone, resolve: goOn } = Promise.withResolvers<void>();
    const slow = await receiving(async (request, response) => {
      if (request.path === "/slow") await fastIsDone;
      response.end();
    });
    const sender = senderWith({});
    const waiting = [1, 2, 3].map(() =>
      sender.sendOnce(alertTo(`${slow.url}/slow`, { settings: { id: "slow", concurrency: 1 } })),
    );
    const { outcome } = await sender.sendOnce(
      alertTo(`${slow.url}/fast`, { settings: { concurrency: 1 } }),
    );
    expect(outcome.kind).toBe("delivered");
    goOn();
    for (const one of await Promise.all(waiting)) expect(one.outcome.kind).toBe("delivered");
  });
});
