import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it, test } from "@jest/globals";
import { selfSignedCertificate, type TestCertificate } from "@rainhooks/testing/certificate";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import {
  type ReceivedRequest,
  startReceiver,
  type TestReceiver,
} from "@rainhooks/testing/receiver";
import { receiverAgent } from "./agent.ts";
import { attempt } from "./attempt.ts";

type Respond = NonNullable<Parameters<typeof startReceiver>[0]>;

const LONG_MS = 20_000;

describe("attempt", () => {
  const stops: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  async function receiving(respond: Respond, certificate?: TestCertificate): Promise<TestReceiver> {
    const receiver = await startReceiver(respond, certificate);
    stops.push(() => receiver.stop());
    return receiver;
  }

  function agentFor(url: string, ca?: string) {
    const protocol = url.startsWith("https:") ? "https:" : "http:";
    const agent = receiverAgent({ protocol, isAllowed: () => true, maxSockets: 4, ca });
    stops.push(() => agent.destroy());
    return agent;
  }

  const once = (url: string, timeoutMs = LONG_MS, agent = agentFor(url)) =>
    attempt({
      url: new URL(url),
      agent,
      headers: { "content-type": "text/plain" },
      body: "hello",
      timeoutMs,
    });

  /** A server of raw TCP, for responses that an HTTP server does not send. */
  async function rawServer(onData: (socket: Socket, count: number) => void): Promise<string> {
    let count = 0;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("data", () => {
        count += 1;
        onData(socket, count);
      });
    });
    stops.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return listenOnLoopback(server);
  }

  it("attempt posts the body, and returns status, headers and text", async () => {
    const { url, requests } = await receiving((_, response) => {
      response
        .writeHead(429, { "retry-after": "7", location: "https://b.example/" })
        .end("slow down");
    });
    expect(await once(`${url}/a?b=c`)).toEqual({
      kind: "response",
      status: 429,
      retryAfter: "7",
      location: "https://b.example/",
      text: "slow down",
    });
    expect(requests).toMatchObject([
      { method: "POST", path: "/a?b=c", body: "hello", headers: { "content-length": "5" } },
    ]);
  });

  it("attempt does not follow a redirect", async () => {
    const { url, requests } = await receiving((_, response) =>
      response.writeHead(307, { location: "/elsewhere" }).end(),
    );
    expect(await once(url)).toMatchObject({
      kind: "response",
      status: 307,
      location: "/elsewhere",
    });
    expect(requests).toHaveLength(1);
  });

  it("attempt keeps the beginning of an endless response, and closes its connection", async () => {
    const closed = Promise.withResolvers<void>();
    const { url } = await receiving((_, response) => {
      const chunk = Buffer.alloc(65_536, "x");
      const writeOn = () => {
        while (response.write(chunk));
      };
      response.on("drain", writeOn).on("close", () => closed.resolve());
      writeOn();
    });
    expect(await once(url)).toMatchObject({
      kind: "response",
      status: 200,
      text: "x".repeat(8192),
    });
    await closed.promise;
  });

  it("attempt uses the connection again after a response of moderate size", async () => {
    const receiver = await receiving((_, response) => response.end("x".repeat(60_000)));
    const agent = agentFor(receiver.url);
    for (let request = 0; request < 3; request++) await once(receiver.url, LONG_MS, agent);
    expect(receiver.connections()).toBe(1);
  });

  it("attempt returns the status when the connection is closed in the middle of the response", async () => {
    const url = await rawServer((socket) =>
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart"),
    );
    expect(await once(url)).toMatchObject({ kind: "response", status: 200, text: "part" });
  });

  it("attempt returns the status when the rest of the response does not arrive in time", async () => {
    const { url } = await receiving((_, response) => {
      response.writeHead(404, { "content-length": "100" }).write("part");
    });
    expect(await once(url, LONG_MS / 2)).toMatchObject({
      kind: "response",
      status: 404,
      text: "part",
    });
  });

  it("attempt leaves no timer behind", async () => {
    const { url } = await receiving((_, response) => response.end("ok"));
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const attempts = Array.from({ length: 50 }, () => once(url));
    await Promise.all(attempts);
    expect(timers() - before).toBeLessThan(attempts.length);
  });

  it("attempt fails when there is no response in time", async () => {
    const { url } = await receiving(() => undefined);
    expect(await once(url, 50)).toEqual({ kind: "failure", reason: "no response within 50 ms" });
  });

  test.each([
    ["that is closed at once", (socket: Socket) => socket.destroy(), "socket hang up"],
    [
      "without HTTP",
      (socket: Socket) => socket.end("hello"),
      "Parse Error: Expected HTTP/, RTSP/ or ICE/",
    ],
    [
      "with endless headers",
      (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\na: ${"x".repeat(20_000)}\r\n\r\n`),
      "Parse Error: Header overflow",
    ],
    [
      "that changes the protocol",
      (socket: Socket) =>
        socket.end("HTTP/1.1 101 Switching Protocols\r\nupgrade: a\r\nconnection: upgrade\r\n\r\n"),
      "the connection was closed without a response",
    ],
  ])("attempt fails for a connection %s", async (_, respond, reason) => {
    const url = await rawServer(respond);
    expect(await once(url)).toEqual({ kind: "failure", reason });
  });

  it("attempt fails when nobody listens, and when the name does not exist", async () => {
    const receiver = await startReceiver(() => undefined);
    await receiver.stop();
    expect(await once(receiver.url)).toMatchObject({
      kind: "failure",
      reason: expect.stringContaining("ECONNREFUSED"),
    });
    expect(await once("http://refused.invalid/")).toMatchObject({ kind: "failure" });
  });

  it("attempt sends the request again when the receiver has closed an idle connection", async () => {
    const url = await rawServer((socket, count) => {
      // The second request arrives on the connection of the first, which is gone by then.
      if (count === 2) socket.resetAndDestroy();
      else socket.write("HTTP/1.1 204 No Content\r\n\r\n");
    });
    const agent = agentFor(url);
    expect(await once(url, LONG_MS, agent)).toMatchObject({ status: 204 });
    expect(await once(url, LONG_MS, agent)).toMatchObject({ kind: "response", status: 204 });
  });

  it("attempt does not send a request again on a new connection", async () => {
    let count = 0;
    const url = await rawServer((socket, requests) => {
      count = requests;
      socket.resetAndDestroy();
    });
    expect(await once(url)).toMatchObject({ kind: "failure" });
    expect(count).toBe(1);
  });

  describe("over TLS", () => {
    const DAY_MS = 86_400_000;
    const from = new Date(Date.now() - 10 * DAY_MS);
    const ok = (_: ReceivedRequest, response: Parameters<Respond>[1]) => void response.end("ok");

    async function outcome(certificate: TestCertificate, ca: string | undefined) {
      const { url } = await receiving(ok, certificate);
      return once(url, LONG_MS, agentFor(url, ca));
    }
    const valid = selfSignedCertificate("localhost", from, new Date(Date.now() + DAY_MS));
    const expired = selfSignedCertificate("localhost", from, new Date(Date.now() - DAY_MS));
    const foreign = selfSignedCertificate("b.example", from, new Date(Date.now() + DAY_MS));

    it("attempt over TLS succeeds with a valid certificate", async () => {
      expect(await outcome(valid, valid.cert)).toMatchObject({
        kind: "response",
        status: 200,
        text: "ok",
      });
    });

    test.each([
      ["has expired", expired, expired.cert, "certificate has expired"],
      ["is for another name", foreign, foreign.cert, "does not match certificate's altnames"],
      ["nobody vouches for", valid, undefined, "self-signed certificate"],
    ])("attempt over TLS fails with a certificate that %s", async (_, certificate, ca, reason) => {
      expect(await outcome(certificate, ca)).toMatchObject({
        kind: "failure",
        reason: expect.stringContaining(reason),
      });
    });
  });
});
