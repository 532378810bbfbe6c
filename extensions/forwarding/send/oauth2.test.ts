import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { alertTo } from "../testing/samples.ts";
import type { Sender } from "./sender.ts";
import { createSender } from "./sender.ts";

const OAUTH2 = {
  clientId: "id:1 ü",
  clientSecret: "hidden secret+%",
  scope: "api",
  audience: "crm",
};

describe("a token", () => {
  let receiver: TestReceiver;
  let sender: Sender;
  let nowMs: number;
  let tokens: number;
  let accepted: (token: string) => boolean;
  let tokenResponse: (token: string) => {
    readonly status?: number;
    readonly headers?: Record<string, string>;
    readonly body: unknown;
  };

  beforeEach(async () => {
    nowMs = 1_700_000_000_000;
    tokens = 0;
    accepted = () => true;
    tokenResponse = (token) => ({
      body: { access_token: token, token_type: "Bearer", expires_in: 3600 },
    });
    receiver = await startReceiver(({ path, headers }, response) => {
      if (path !== "/token/hidden") {
        const token = String(headers.authorization).replace("Bearer ", "");
        response.writeHead(accepted(token) ? 200 : 401).end(`got ${headers.authorization}`);
        return;
      }
      tokens += 1;
      const reply = tokenResponse(`hidden-token-${tokens}`);
      const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
      response.writeHead(reply.status ?? 200, reply.headers).end(text);
    });
    sender = createSender({ allowPrivate: true, nowMs: () => nowMs });
  });
  afterEach(async () => {
    sender.close();
    await receiver.stop();
  });

  const send = (oauth2: object = {}) =>
    sender.sendOnce(
      alertTo(`${receiver.url}/crm`, {
        settings: { auth: "oauth2" },
        secrets: { oauth2: { ...OAUTH2, tokenUrl: `${receiver.url}/token/hidden`, ...oauth2 } },
      }),
    );
  const sentTokens = () =>
    receiver.requests
      .filter(({ path }) => path === "/crm")
      .map(({ headers }) => headers.authorization);

  it("a token is requested with the credentials of the client, and is recorded nowhere", async () => {
    const { outcome, record } = await send();
    const [request] = receiver.requests;
    expect(request).toMatchObject({
      method: "POST",
      path: "/token/hidden",
      body: "grant_type=client_credentials&scope=api&audience=crm",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    });
    const basic = Buffer.from(
      String(request?.headers.authorization).replace("Basic ", ""),
      "base64",
    ).toString();
    expect(basic).toBe("id%3A1+%C3%BC:hidden+secret%2B%25");
    expect(sentTokens()).toEqual(["Bearer hidden-token-1"]);
    expect(outcome.kind).toBe("delivered");
    expect(record).toMatchObject({ response: "got ***", headers: { authorization: "***" } });
  });

  it("a token is requested with the credentials in the body if the server expects them there", async () => {
    tokenResponse = () => ({
      status: 400,
      body: { error: "invalid_client", given: OAUTH2.clientSecret },
    });
    const sent = await send({ clientAuth: "body" });
    expect(JSON.stringify(sent)).not.toContain(OAUTH2.clientSecret);
    tokenResponse = (token) => ({ body: { access_token: token } });
    expect((await send({ clientAuth: "body" })).outcome.kind).toBe("delivered");
    const { headers, body = "" } = receiver.requests[0] ?? {};
    expect(headers).not.toHaveProperty("authorization");
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: "client_credentials",
      client_id: OAUTH2.clientId,
      client_secret: OAUTH2.clientSecret,
      scope: "api",
      audience: "crm",
    });
  });

  it("a token is cached until shortly before it expires", async () => {
    await send();
    nowMs += 3_569_000;
    await send();
    nowMs += 2000;
    await send();
    expect(sentTokens().map((token) => token?.at(-1))).toEqual(["1", "1", "2"]);
  });

  it("a token is requested once for many requests, and once for each client", async () => {
    await Promise.all(Array.from({ length: 10 }, () => send()));
    expect(tokens).toBe(1);
    await send({ clientSecret: "another" });
    await send({ scope: "more" });
    expect(tokens).toBe(3);
  });

  it("attempts that wait for a token that cannot be requested fail with it, and the next one requests another", async () => {
    let waiting: Promise<unknown>[] = [];
    tokenResponse = () => {
      if (tokens === 1) waiting = Array.from({ length: 9 }, () => send());
      return { status: 503, body: "" };
    };
    await send();
    await Promise.all(waiting);
    expect(tokens).toBe(1);
    await send();
    expect(tokens).toBe(2);
  });

  it("a token that the receiver refuses is replaced for the next attempt", async () => {
    accepted = (token) => token !== "hidden-token-1";
    expect((await send()).outcome).toMatchObject({ kind: "failed" });
    expect((await send()).outcome).toMatchObject({ kind: "delivered" });
    expect(tokens).toBe(2);
  });

  test.each<[string, ReturnType<typeof tokenResponse>, object]>([
    [
      "a refusal",
      { status: 401, body: { error: "invalid_client", secret: OAUTH2.clientSecret } },
      { reason: expect.stringMatching(/^No OAuth 2.0 token: URL responded with status 401/) },
    ],
    ["a limit", { status: 429, headers: { "retry-after": "90" }, body: "" }, { retryAfterS: 90 }],
    [
      "a redirect",
      { status: 302, headers: { location: "http://169.254.169.254/" }, body: "" },
      { reason: expect.stringContaining("Redirects are not followed") },
    ],
    [
      "no JSON",
      { body: "<html>" },
      { reason: "No OAuth 2.0 token: URL responded with no bearer token within 8 KB." },
    ],
    [
      "a longer token than is read",
      { body: JSON.stringify({ access_token: "a".repeat(9000) }) },
      { reason: "No OAuth 2.0 token: URL responded with no bearer token within 8 KB." },
    ],
    [
      "no token",
      { body: { token: "x" } },
      { reason: "No OAuth 2.0 token: URL responded with no bearer token within 8 KB." },
    ],
    ["another type", { body: { access_token: "x", token_type: "mac" } }, {}],
    ["a header in the token", { body: { access_token: "x\r\nx-admin: 1" } }, {}],
    ["a huge token", { body: { access_token: "x".repeat(20_000) } }, {}],
  ])(
    "a token that cannot be requested is a failure that can be repeated: %s",
    async (_, response, outcome) => {
      tokenResponse = () => response;
      const sent = await send();
      const told = JSON.parse(JSON.stringify(sent).replaceAll(receiver.url, "URL"));
      expect(told.outcome).toMatchObject({ kind: "failed", ...outcome });
      expect(JSON.stringify(sent)).not.toContain("hidden");
      expect(sentTokens()).toEqual([]);
      tokenResponse = (token) => ({ body: { access_token: token } });
      expect((await send()).outcome.kind).toBe("delivered");
    },
  );

  test.each([
    [undefined, 270],
    ["120", 90],
    ["soon", 270],
    [1e9, 43_170],
    [0, -30],
  ])("a token with expires_in %j is used for %d seconds", async (expires_in, seconds) => {
    tokenResponse = (token) => ({ body: { access_token: token, expires_in } });
    await send();
    nowMs += seconds * 1000 - 1;
    if (seconds > 0) {
      await send();
      expect(tokens).toBe(1);
    }
    nowMs += 1;
    await send();
    expect(tokens).toBe(2);
  });
});
