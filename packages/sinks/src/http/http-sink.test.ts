import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import {
  type ReceivedRequest,
  startReceiver,
  type TestReceiver,
} from "@rainhooks/testing/receiver";
import { Webhook } from "standardwebhooks";
import { type HttpAttempt, type HttpSinkOptions, httpSink } from "./http-sink.ts";

const NOW_MS = Date.UTC(2026, 10, 25, 12);
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW_SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl5Ms2ozkG";

describe("httpSink", () => {
  let receiver: TestReceiver;
  let attempts: HttpAttempt[];

  beforeEach(async () => {
    attempts = [];
    receiver = await startReceiver(({ body }, response) => {
      if (body === '"closes"') response.socket?.destroy();
      else response.end("ok");
    });
  });
  afterEach(() => receiver.stop());

  const sinkFor = (options: Partial<HttpSinkOptions<string>> = {}) =>
    httpSink<string>({
      url: `${receiver.url}/hooks/secret-path?key=secret-key`,
      allowPrivate: true,
      nowMs: () => NOW_MS,
      onAttempt: (one) => attempts.push(one),
      ...options,
    });
  const item = (value: string) => ({ id: value.replaceAll(" ", "-"), value });

  describe("a request", () => {
    const verified = (secret: string, { body, headers }: ReceivedRequest) =>
      new Webhook(secret).verify(body, {
        "webhook-id": String(headers["webhook-id"]),
        "webhook-timestamp": String(headers["webhook-timestamp"]),
        "webhook-signature": String(headers["webhook-signature"]),
      });

    it("a request is a POST with the value as JSON, the author's headers, an id and a time, and no signature without a secret", async () => {
      await sinkFor({ headers: { "X-Api-Key": "abc" } }).write([{ id: "record-1", value: "200" }]);
      expect(receiver.requests).toMatchObject([
        {
          method: "POST",
          path: "/hooks/secret-path?key=secret-key",
          body: '"200"',
          headers: {
            "content-type": "application/json",
            "user-agent": "rainhooks",
            "x-api-key": "abc",
            "webhook-id": "record-1",
            "webhook-timestamp": String(NOW_MS / 1000),
          },
        },
      ]);
      expect(receiver.requests[0]?.headers).not.toHaveProperty("webhook-signature");
    });

    it("a request is signed with each secret, by the time of the attempt", async () => {
      await sinkFor({ sign: [NEW_SECRET, SECRET], nowMs: Date.now }).write([item("200")]);
      for (const request of receiver.requests) {
        expect(verified(SECRET, request)).toBe("200");
        expect(verified(NEW_SECRET, request)).toBe("200");
      }
      expect(receiver.requests).toHaveLength(1);
    });

    it("a request has the body and the id that the author chooses", async () => {
      const sink = sinkFor({
        toBody: (value) => Buffer.from(JSON.stringify(value)),
        toId: ({ value }) => `id-${value}`,
        sign: SECRET,
        nowMs: Date.now,
      });
      await sink.write([item("200")]);
      expect(receiver.requests[0]?.headers["webhook-id"]).toBe("id-200");
      expect(receiver.requests.map((request) => verified(SECRET, request))).toEqual(["200"]);
    });

    it("a request has the delivery's id if the value is an event, so that a redrive has the same", async () => {
      const received: ReceivedRequest[] = [];
      const other = await startReceiver((request, response) => {
        received.push(request);
        response.end();
      });
      const sink = httpSink<{ readonly deliveryId: unknown }>({
        url: other.url,
        allowPrivate: true,
      });
      await sink.write([
        { id: "record-1", value: { deliveryId: "delivery-1" } },
        { id: "record-2", value: { deliveryId: 2 } },
      ]);
      await other.stop();
      expect(received.map(({ headers }) => headers["webhook-id"]).toSorted()).toEqual([
        "delivery-1",
        "record-2",
      ]);
    });
  });

  describe("what is shown", () => {
    it("an attempt is shown with scheme and host of the receiver, its status, and its response without secrets", async () => {
      const headers = { authorization: "Bearer hunter22" };
      const other = await startReceiver(({ path, headers: { authorization } }, response) => {
        response
          .writeHead(400)
          .end(`No ${authorization} at ${path}, see https://user:pass@docs.example/a?b=c`);
      });
      const url = `${other.url}/hooks/secret-path?key=secret-key`;
      const sink = httpSink<string>({
        url,
        headers,
        allowPrivate: true,
        onAttempt: (one) => attempts.push(one),
      });
      const [failure] = await sink.write([item("200")]);
      await other.stop();
      const text = "No *** at ***, see https://docs.example/***";
      expect(failure?.error.message).toBe(`${other.url} responded with status 400: ${text}`);
      expect(attempts).toMatchObject([{ receiver: other.url, status: 400, text }]);
    });

    it("each attempt is shown", async () => {
      const startMs = performance.now();
      await sinkFor({ concurrency: 1 }).write(["200", "closes"].map(item));
      expect(attempts).toEqual([
        {
          itemId: "200",
          webhookId: "200",
          receiver: receiver.url,
          startedAtMs: NOW_MS,
          durationMs: expect.any(Number),
          status: 200,
          text: "ok",
          error: undefined,
        },
        expect.objectContaining({ status: undefined, text: "", error: expect.any(RainhooksError) }),
      ]);
      const sumMs = attempts.reduce((sum, { durationMs }) => sum + durationMs, 0);
      expect(sumMs).toBeGreaterThan(0);
      expect(sumMs).toBeLessThanOrEqual(performance.now() - startMs);
    });

    it("an attempt is shown with up to 4,096 characters of a response, and a secret at their end is masked as a whole", async () => {
      const secret = "hunter22-of-the-sink";
      const other = await startReceiver((_, response) => {
        response.writeHead(400).end(`${"x ".repeat(2045)}${secret}${" y".repeat(3000)}`);
      });
      const sink = httpSink<string>({
        url: other.url,
        headers: { "x-key": secret },
        allowPrivate: true,
        onAttempt: (one) => attempts.push(one),
      });
      await sink.write([item("200")]);
      await other.stop();
      expect(attempts[0]?.text).toBe(`${"x ".repeat(2045)}*** y `);
      expect(attempts[0]?.text).toHaveLength(4096);
    });

    it("an attempt has the same result if its observer throws", async () => {
      const onAttempt = () => {
        throw new Error("observer");
      };
      expect(await sinkFor({ onAttempt }).write([item("200")])).toEqual([]);
    });
  });

  describe("an item", () => {
    it.each<[string, Pick<HttpSinkOptions<unknown>, "toBody" | "toId">]>([
      ["whose body cannot be made", { toBody: () => JSON.parse("{") }],
      ["whose id cannot be a header", { toId: () => "a.b" }],
      ["that is not JSON", {}],
    ])(
      "an item with %s fails alone, permanently, without a request",
      async (_, { toBody, toId }) => {
        const sink = httpSink<unknown>({
          url: receiver.url,
          allowPrivate: true,
          ...(toBody === undefined
            ? {}
            : { toBody: (value) => (value === "200" ? '"200"' : toBody(value)) }),
          ...(toId === undefined
            ? {}
            : { toId: (one) => (one.value === "200" ? "good" : toId(one)) }),
        });
        const failures = await sink.write([item("200"), { id: "bad", value: undefined }]);
        expect(failures).toMatchObject([
          { id: "bad", error: { code: "sink-rejected", permanent: true } },
        ]);
        expect(receiver.requests.map(({ body }) => body)).toEqual(['"200"']);
      },
    );
  });

  it("httpSink retries all items while headers or secrets cannot be read, with one call for the batch", async () => {
    let calls = 0;
    const sign = async () => {
      calls += 1;
      throw new RangeError("no access");
    };
    const failures = await sinkFor({ sign }).write(["200", "204"].map(item));
    expect(failures.map(({ id, error }) => [id, error.code, error.permanent])).toEqual([
      ["200", "sink-unavailable", false],
      ["204", "sink-unavailable", false],
    ]);
    expect(calls).toBe(1);
    expect(receiver.requests).toEqual([]);
  });

  it("httpSink requests a URL that is a secret for each batch, and shows nothing of its path", async () => {
    const paths = ["/first-secret", "/second-secret"];
    const other = await startReceiver(
      ({ path }, response) => void response.writeHead(400).end(`not ${path}`),
    );
    const sink = sinkFor({ url: async () => `${other.url}${paths.shift()}` });
    const failures = [...(await sink.write([item("200")])), ...(await sink.write([item("200")]))];
    await other.stop();
    expect(other.requests.map(({ path }) => path)).toEqual(["/first-secret", "/second-secret"]);
    expect(failures.map(({ error }) => error.message)).toEqual([
      `${other.url} responded with status 400: not ***`,
      `${other.url} responded with status 400: not ***`,
    ]);
  });

  describe("an address that is not public", () => {
    it("an address that is not public is refused when the sink is made", () => {
      expect(() => sinkFor({ allowPrivate: false })).toThrow(
        expect.objectContaining({ code: "config-invalid" }),
      );
    });

    it("a name that resolves to a private address is refused: the item is retried, because names change", async () => {
      const { port } = new URL(receiver.url);
      const sink = httpSink<string>({
        url: `https://rebind.example:${port}/`,
        lookup: (_, __, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]),
      });
      expect(await sink.write([item("200")])).toMatchObject([
        {
          error: {
            code: "sink-unavailable",
            permanent: false,
            message: `https://rebind.example:${port} cannot be reached: its address is private or reserved. If it may be called, allow the address with allowPrivate.`,
          },
        },
      ]);
      expect(receiver.connections()).toBe(0);
    });
  });

  test.each([
    ["a URL", { url: "a" }],
    ["a subnet", { allowPrivate: ["a"] }],
    ["a header", { headers: { host: "a" } }],
    ["a secret", { sign: "a" }],
    ["a timeout", { timeoutMs: 0 }],
    ["a concurrency", { concurrency: 0 }],
  ])("httpSink refuses %s that can never work when the sink is made", (_, options) => {
    expect(() => sinkFor(options)).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });
});
