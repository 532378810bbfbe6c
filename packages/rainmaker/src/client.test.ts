import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { RainmakerClient, type Session } from "./client.ts";
import { normalBaseUrl, RainmakerError } from "./http.ts";

const PASSWORD = "very-secret-password";
const TOKEN = "very-secret-token";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

type Reply = { status?: number; json?: unknown; html?: string; hang?: boolean; cutOff?: boolean };

describe("RainmakerClient", () => {
  let server: Server;
  let seen: Seen[];
  const sessions: Session[] = [];

  async function clientOn(
    reply: (request: Seen, index: number) => Reply,
    session: Session | undefined = { accessToken: TOKEN, refreshToken: "refresh" },
    options: { readonly timeoutMs?: number } = {},
  ) {
    seen = [];
    sessions.length = 0;
    server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
      const body = await text(request);
      const { method = "", url = "", headers } = request;
      const one = {
        method,
        url,
        authorization: headers.authorization,
        body: body === "" ? undefined : JSON.parse(body),
      };
      seen.push(one);
      const {
        status = 200,
        json,
        html,
        hang = false,
        cutOff = false,
      } = reply(one, seen.length - 1);
      if (cutOff) response.destroy();
      if (hang || cutOff) return;
      response.writeHead(status, {
        "content-type": html === undefined ? "application/json" : "text/html",
      });
      response.end(html ?? JSON.stringify(json ?? { status: "success", total: 0 }));
    });
    const retry = { ...DEFAULT_RETRY, attempts: 3, sleep: async () => undefined };
    return new RainmakerClient({
      baseUrl: await listenOnLoopback(server),
      ...options,
      retry,
      ...(session === undefined ? {} : { session }),
      onSession: (one) => sessions.push(one),
    });
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const failure = (error_code: unknown, description: string) => ({
    status: "failure",
    error_code,
    description,
  });
  const loggedIn = {
    status: "success",
    accesstoken: "new-token",
    refreshtoken: "new-refresh",
    idtoken: "id",
  };

  async function errorOf(work: Promise<unknown>): Promise<RainhooksError> {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof RainhooksError)) throw new Error(`not a RainhooksError: ${error}`);
    for (const secret of [PASSWORD, TOKEN, "refresh-secret"])
      expect(error.message).not.toContain(secret);
    expect(error.message).not.toContain("\n");
    return error;
  }

  describe("login", () => {
    it("login uses login2 and keeps the tokens", async () => {
      const client = await clientOn(({ url }) => (url === "/v1/login2" ? { json: loggedIn } : {}));
      expect(await client.login("admin", PASSWORD)).toEqual({
        accessToken: "new-token",
        refreshToken: "new-refresh",
      });
      expect(seen).toMatchObject([
        { method: "POST", url: "/v1/login2", body: { user_name: "admin", password: PASSWORD } },
      ]);
      await client.listIntegrations();
      expect(seen[1]?.authorization).toBe("new-token");
    });

    it("login falls back to login where there is no login2", async () => {
      const client = await clientOn(({ url }) =>
        url === "/v1/login2"
          ? { status: 403, json: { message: "Missing Authentication Token" } }
          : { json: loggedIn },
      );
      await client.login("admin", PASSWORD);
      expect(seen.map(({ url }) => url)).toEqual(["/v1/login2", "/v1/login"]);
    });

    it("login tries again when the account has just been migrated", async () => {
      const client = await clientOn((_, index) =>
        index === 0
          ? { status: 500, json: failure(101044, "Successfully Migrated user to new user pool.") }
          : { json: loggedIn },
      );
      await client.login("admin", PASSWORD);
      expect(seen).toHaveLength(2);
    });

    test.each([
      [
        { status: 400, json: failure(101009, "Incorrect user name or password") },
        "Incorrect user name or password (101009)",
      ],
      [
        { status: 400, json: failure("101015", "Account is not verified.") },
        "Account is not verified (101015)",
      ],
      [{ status: 400, json: failure(101058, "password reset required") }, "Reset the password"],
      [{ status: 500, json: failure(101019, "Attempt limit exceeded") }, "Wait a few minutes"],
      [
        { json: { status: "success", description: "Verification code sent", session: "s" } },
        "second factor",
      ],
      [{ json: { status: "success" } }, "returned no token"],
    ])("login reports what is wrong: %j", async (reply, message) => {
      const client = await clientOn(() => reply);
      expect((await errorOf(client.login("admin", PASSWORD))).message).toContain(message);
    });
  });

  describe("an expired token", () => {
    it("an expired token is renewed once, and the request sent again", async () => {
      const client = await clientOn(({ url, authorization }) => {
        if (url === "/v1/login2") return { json: { status: "success", accesstoken: "renewed" } };
        return authorization === TOKEN ? { status: 401, json: { message: "Unauthorized" } } : {};
      });
      await client.createIntegration({ serviceName: "s", endpointName: "e", enabled: true });
      expect(seen.map(({ url }) => url)).toEqual([
        "/v1/admin/webhook_integration",
        "/v1/login2",
        "/v1/admin/webhook_integration",
      ]);
      expect(seen[1]?.body).toEqual({ refreshtoken: "refresh" });
      expect(sessions).toEqual([{ accessToken: "renewed", refreshToken: "refresh" }]);
    });

    it("an expired token that cannot be renewed requires a login", async () => {
      const client = await clientOn(({ url }) =>
        url === "/v1/login2"
          ? { status: 400, json: failure(101017, "Refresh token failed") }
          : { status: 401, json: { message: "The incoming token has expired" } },
      );
      expect((await errorOf(client.listIntegrations())).message).toContain("Log in again");
    });

    it("an expired token is distinguished from a missing token", async () => {
      const client = await clientOn(() => ({}), undefined);
      const anonymous = new RainmakerClient({ baseUrl: "http://127.0.0.1:1" });
      expect((await errorOf(anonymous.listIntegrations())).message).toContain(
        "You are not logged in",
      );
      expect(client).toBeDefined();
    });
  });

  it("RainmakerClient sends both names of the flag, and no Bearer", async () => {
    const client = await clientOn(() => ({}));
    await client.updateIntegration({ serviceName: "s", endpointName: "e", enabled: false });
    expect(seen).toMatchObject([
      {
        method: "PUT",
        authorization: TOKEN,
        body: { service_name: "s", endpoint_name: "e", enabled: false, integration_enabled: false },
      },
    ]);
    await client.deleteIntegration({ serviceName: "s", endpointName: "e" });
    expect(seen[1]).toMatchObject({
      method: "DELETE",
      url: "/v1/admin/webhook_integration?service_name=s&endpoint_name=e",
    });
  });

  const filter = {
    event_type: "rmaker.event.alert",
    entity_id: "system.rmaker.event.alert",
    entity_type: "SYSTEM",
    enabled: true,
    enabled_for_integrations: ["a"],
  };

  test.each(["event_entity_mapping_list", "webhooks_endpoints"])(
    "RainmakerClient reads filters under %s, page by page",
    async (key) => {
      const client = await clientOn(({ url }) => {
        const page = new URL(url, "http://x").searchParams.get("start_id");
        return page === null
          ? { json: { [key]: [filter], next_id: "2" } }
          : { json: { [key]: [filter], next_id: "null" } };
      });
      expect(await client.listFilters("admin", { eventType: "rmaker.event.alert" })).toEqual([
        filter,
        filter,
      ]);
      expect(
        seen.map(({ url }) => new URL(url, "http://x").searchParams.get("event_type")),
      ).toEqual(["rmaker.event.alert", "rmaker.event.alert"]);
    },
  );

  it("RainmakerClient does not take an unreadable response for an empty list", async () => {
    const client = await clientOn(() => ({ json: { some_other_list: [filter] } }));
    const query = { eventType: "rmaker.event.alert" };
    expect((await errorOf(client.listFilters("admin", query))).message).toContain(
      "has no event_entity_mapping_list or webhooks",
    );
  });

  it("RainmakerClient fails for an entry that it cannot parse", async () => {
    const client = await clientOn(() => ({
      json: { webhooks_endpoints: [{ ...filter, enabled: "yes" }] },
    }));
    const query = { eventType: "rmaker.event.alert" };
    expect((await errorOf(client.listFilters("admin", query))).message).toContain("0.enabled");
  });

  it("RainmakerClient reads a disabled integration with either name of the flag", async () => {
    const names = { service_name: "s", endpoint_name: "e" };
    const client = await clientOn(() => ({
      json: { webhooks_endpoints: [{ ...names, integration_enabled: false }] },
    }));
    expect(await client.listIntegrations()).toEqual([
      { serviceName: "s", endpointName: "e", enabled: false },
    ]);
  });

  it("RainmakerClient renews a token by the older call where there is no login2", async () => {
    const client = await clientOn(({ url, authorization }) => {
      if (url === "/v1/login2")
        return { status: 403, json: { message: "Missing Authentication Token" } };
      if (url === "/v1/login") return { json: { status: "success", accesstoken: "renewed" } };
      return authorization === TOKEN ? { status: 401, json: { message: "Unauthorized" } } : {};
    });
    await client.listIntegrations();
    expect(seen.map(({ url }) => url.split("?")[0])).toEqual([
      "/v1/admin/webhook_integration",
      "/v1/login2",
      "/v1/login",
      "/v1/admin/webhook_integration",
    ]);
  });

  it("RainmakerClient deletes a filter with a body, a user's without the entity type", async () => {
    const client = await clientOn(() => ({}));
    await client.deleteFilter("admin", filter);
    await client.deleteFilter("user", filter);
    const { event_type, entity_id, entity_type } = filter;
    expect(seen.map(({ url, body }) => [url, body])).toEqual([
      ["/v1/admin/event_filter", { event_type, entity_id, entity_type }],
      ["/v1/user/event_filter", { event_type, entity_id }],
    ]);
  });

  describe("trouble", () => {
    it("RainmakerClient waits out a rate limit", async () => {
      const client = await clientOn((_, index) =>
        index < 2
          ? { status: 429, json: failure(100070, "Too many requests, try again later") }
          : {},
      );
      await client.createFilter("admin", filter);
      expect(seen).toHaveLength(3);
    });

    it("RainmakerClient gives up on a rate limit that stays", async () => {
      const client = await clientOn(() => ({
        status: 429,
        json: failure(100070, "Too many requests"),
      }));
      expect(await errorOf(client.createFilter("admin", filter))).toMatchObject({
        rainmakerCode: 100070,
        status: 429,
      });
      expect(seen).toHaveLength(3);
    });

    it("RainmakerClient repeats safe requests after a server error, and does not create twice", async () => {
      const client = await clientOn(() => ({
        status: 520,
        json: failure(113014, "Internal error"),
      }));
      expect(await errorOf(client.listIntegrations())).toBeInstanceOf(RainmakerError);
      expect(seen).toHaveLength(3);
      await errorOf(client.createFilter("admin", filter));
      expect(seen).toHaveLength(4);
    });

    it("RainmakerClient repeats safe requests after a connection that ended, and does not create twice", async () => {
      const client = await clientOn((_, index) => ({ cutOff: index !== 2 }));
      await client.listIntegrations();
      expect(seen).toHaveLength(3);
      expect((await errorOf(client.listIntegrations())).message).toContain("cannot be reached");
      expect(seen).toHaveLength(6);
      expect((await errorOf(client.createFilter("admin", filter))).code).toBe(
        "rainmaker-unavailable",
      );
      expect(seen).toHaveLength(7);
    });

    test.each<[Reply, string, { readonly timeoutMs?: number }?]>([
      [
        { status: 400, json: failure("113012", "Webhook Integration already exists") },
        "already exists (113012)",
      ],
      [
        { status: 400, json: { status: "failure", description: "something" } },
        "something (HTTP 400)",
      ],
      [{ status: 403, json: { message: "Forbidden" } }, "This needs a super admin"],
      [{ status: 400, json: {} }, "no description (HTTP 400)"],
      [{ html: "<html>gateway</html>", status: 200 }, "not JSON (text/html)"],
      [{ hang: true }, "did not respond within 0.5 s", { timeoutMs: 500 }],
    ])("trouble is one clear line: %j", async (reply, message, options = {}) => {
      const client = await clientOn(() => reply, undefined, options);
      expect(
        (
          await errorOf(
            client.createIntegration({ serviceName: "s", endpointName: "e", enabled: true }),
          )
        ).message,
      ).toContain(message);
    });

    it("RainmakerClient sends a password to no other server, whatever redirect it gets", async () => {
      const stolen: string[] = [];
      const other = createServer(async (request, response) => {
        stolen.push(await text(request));
        response.end("{}");
      });
      const location = await listenOnLoopback(other);
      let status = 301;
      const own = createServer((_, response) => response.writeHead(status, { location }).end());
      const client = new RainmakerClient({ baseUrl: await listenOnLoopback(own) });
      try {
        for (status of [301, 302, 303, 307, 308])
          expect(await errorOf(client.login("ann", PASSWORD))).toMatchObject({
            code: "rainmaker-unavailable",
            message: expect.stringContaining("cannot be reached: unexpected redirect"),
          });
        expect(stolen).toEqual([]);
      } finally {
        own.close();
        other.close();
      }
    });

    it("RainmakerClient reports an unreachable server", async () => {
      await clientOn(() => ({}));
      const nowhere = new RainmakerClient({
        baseUrl: "http://127.0.0.1:1",
        session: { accessToken: TOKEN },
      });
      const error = await errorOf(nowhere.listIntegrations());
      expect(error.code).toBe("rainmaker-unavailable");
      expect(error.message).toContain("cannot be reached");
    });
  });
});

describe("normalBaseUrl", () => {
  test.each([
    ["https://api.example.com", "https://api.example.com"],
    ["https://api.example.com/", "https://api.example.com"],
    ["https://api.example.com/dev/v1//", "https://api.example.com/dev"],
  ])("normalBaseUrl removes what is not the base of %s", (url, expected) => {
    expect(normalBaseUrl(url)).toBe(expected);
  });

  test.each(["", "api.example.com", "ftp://x"])("normalBaseUrl refuses %j", (url) => {
    expect(() => normalBaseUrl(url)).toThrow("is not the URL of an API");
  });

  it("RainmakerClient sends a password in clear to this machine only", () => {
    expect(() => normalBaseUrl("http://api.example.com")).toThrow("without encryption");
    expect(() => normalBaseUrl("http://127.0.0.1.example.com")).toThrow("without encryption");
    expect(normalBaseUrl("http://127.0.0.1:1234/v1")).toBe("http://127.0.0.1:1234");
  });
});
