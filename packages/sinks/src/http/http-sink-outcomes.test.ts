import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import { selfSignedCertificate } from "@rainhooks/testing/certificate";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { type HttpSinkOptions, httpSink } from "./http-sink.ts";

type Respond = NonNullable<Parameters<typeof startReceiver>[0]>;
type Response = Parameters<Respond>[1];

const NOW_MS = Date.UTC(2026, 10, 25, 12);

/** How the receiver responds to an item, by the item's value. */
const RESPONSES: Readonly<Record<string, (response: Response) => void>> = {
  "200": (response) => response.end("ok"),
  "204": (response) => response.writeHead(204).end(),
  "301": (response) => response.writeHead(301, { location: "https://b.example/secret" }).end(),
  "307": (response) => response.writeHead(307, { location: "/secret" }).end(),
  "400": (response) => response.writeHead(400).end('{"error":"no such node","token":"abc"}'),
  "404": (response) => response.writeHead(404).end(),
  "410": (response) => response.writeHead(410).end("gone"),
  "429": (response) => response.writeHead(429).end(),
  "429 seconds": (response) => response.writeHead(429, { "retry-after": "120" }).end("slow down"),
  "429 date": (response) =>
    response.writeHead(429, { "retry-after": new Date(NOW_MS + 90_000).toUTCString() }).end(),
  "429 past": (response) =>
    response.writeHead(429, { "retry-after": new Date(0).toUTCString() }).end(),
  "429 absurd": (response) => response.writeHead(429, { "retry-after": "9".repeat(30) }).end(),
  "429 negative": (response) => response.writeHead(429, { "retry-after": "-5" }).end(),
  "500": (response) => response.writeHead(500).end("oops"),
  "503 date": (response) =>
    response.writeHead(503, { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }).end(),
  hangs: () => undefined,
  "closes before": (response) => void response.socket?.destroy(),
  "closes inside 200": (response) =>
    closeInside(response.writeHead(200, { "content-length": "100" })),
  "closes inside 500": (response) =>
    closeInside(response.writeHead(500, { "content-length": "100" })),
  "10 MB of 200": (response) => response.end(Buffer.alloc(10_000_000, "x")),
  "10 MB of 400": (response) => response.writeHead(400).end(Buffer.alloc(10_000_000, "x")),
};

function closeInside(response: Response): void {
  response.write("part", () => response.socket?.destroy());
}

describe("an item of httpSink", () => {
  let receiver: TestReceiver;

  beforeEach(async () => {
    receiver = await startReceiver(({ body }, response) => RESPONSES[JSON.parse(body)]?.(response));
  });
  afterEach(() => receiver.stop());

  const sinkFor = (options: Partial<HttpSinkOptions<string>> = {}) =>
    httpSink<string>({
      url: `${receiver.url}/hooks/secret-path?key=secret-key`,
      allowPrivate: true,
      nowMs: () => NOW_MS,
      ...options,
    });
  const item = (value: string) => ({ id: value.replaceAll(" ", "-"), value });

  test.each([
    ["200", undefined, undefined],
    ["204", undefined, undefined],
    ["closes inside 200", undefined, undefined],
    ["10 MB of 200", undefined, undefined],
    ["301", "dead letter", undefined],
    ["307", "dead letter", undefined],
    ["400", "dead letter", undefined],
    ["404", "dead letter", undefined],
    ["410", "dead letter", undefined],
    ["10 MB of 400", "dead letter", undefined],
    ["429", "retry", undefined],
    ["429 seconds", "retry", 120],
    ["429 date", "retry", 90],
    ["429 past", "retry", 0],
    ["429 absurd", "retry", 43_200],
    ["429 negative", "retry", undefined],
    ["500", "retry", undefined],
    ["503 date", "retry", 43_200],
    ["closes before", "retry", undefined],
    ["closes inside 500", "retry", undefined],
  ])(
    "an item whose receiver responds with %s is %s, after %p s",
    async (value, outcome, retryAfterS) => {
      const failures = await sinkFor().write([item(value)]);
      const [failure] = failures.map(({ id, error }) => ({
        id,
        outcome: error.permanent ? "dead letter" : "retry",
        code: error.code,
        retryAfterS: error.retryAfterS,
      }));
      const code = outcome === "retry" ? "sink-unavailable" : "sink-rejected";
      expect(failure).toEqual(
        outcome === undefined ? undefined : { id: item(value).id, outcome, code, retryAfterS },
      );
      expect(receiver.requests).toHaveLength(1);
    },
  );

  it("httpSink gives each item of a batch its own outcome", async () => {
    const failures = await sinkFor().write(
      ["200", "400", "429 seconds", "204", "500", "closes before"].map(item),
    );
    expect(failures.map(({ id, error }) => [id, error.permanent])).toEqual([
      ["400", true],
      ["429-seconds", false],
      ["500", false],
      ["closes-before", false],
    ]);
  });

  it("httpSink fails an item whose receiver does not respond in time, and delivers the others", async () => {
    const failures = await sinkFor().write(["200", "hangs", "204"].map(item));
    expect(failures).toMatchObject([
      {
        id: "hangs",
        error: {
          code: "sink-unavailable",
          message: expect.stringContaining("no response within 10000 ms"),
        },
      },
    ]);
  });

  it("an item for which a slow receiver leaves no time is not attempted, and does not count as failed", async () => {
    let leftMs = 20_000;
    const remainingMs = () => leftMs;
    const sink = sinkFor({
      concurrency: 1,
      onAttempt: () => {
        leftMs -= 7000;
      },
    });
    const failures = await sink.write(["500", "200", "204", "503 date"].map(item), { remainingMs });
    expect(failures.map(({ id, error }) => [id, error.code])).toEqual([
      ["500", "sink-unavailable"],
      ["204", "not-attempted"],
      ["503-date", "not-attempted"],
    ]);
    expect(receiver.requests.map(({ body }) => body)).toEqual(['"500"', '"200"']);
  });

  it("httpSink retries an item whose receiver has an expired certificate", async () => {
    const certificate = selfSignedCertificate("localhost", new Date(0), new Date(NOW_MS - 1));
    const expired = await startReceiver((_, response) => void response.end(), certificate);
    const sink = httpSink<string>({ url: expired.url, allowPrivate: true, ca: certificate.cert });
    const failures = await sink.write([item("200")]);
    expect(failures).toMatchObject([
      {
        error: {
          code: "sink-unavailable",
          permanent: false,
          message: `${expired.url} cannot be reached: certificate has expired.`,
        },
      },
    ]);
    expect(expired.requests).toEqual([]);
    await expired.stop();
  });

  it("httpSink delivers over TLS", async () => {
    const certificate = selfSignedCertificate("localhost", new Date(0), new Date("2100-01-01"));
    const secure = await startReceiver((_, response) => void response.end(), certificate);
    const sink = httpSink<string>({ url: secure.url, allowPrivate: true, ca: certificate.cert });
    expect(await sink.write([item("200")])).toEqual([]);
    expect(secure.requests).toHaveLength(1);
    await secure.stop();
  });

  it("httpSink keeps connections alive, and has at most as many as its concurrency", async () => {
    const sink = sinkFor({ concurrency: 3 });
    const batch = Array.from({ length: 12 }, (_, index) => ({ id: `i${index}`, value: "200" }));
    expect(await sink.write(batch)).toEqual([]);
    expect(await sink.write(batch)).toEqual([]);
    expect(receiver.requests).toHaveLength(24);
    expect(receiver.connections()).toBe(3);
  });
});
