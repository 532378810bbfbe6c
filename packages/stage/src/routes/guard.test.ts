import { describe, expect, it, test } from "@jest/globals";
import { Hono } from "hono";
import { Entrance } from "./entrance.ts";
import { cookieName, letIn, namedAction, sameOriginOnly } from "./guard.ts";

const PORT = 8123;
const HOST = `127.0.0.1:${PORT}`;
const ORIGIN = `http://${HOST}`;

/** A console with one page, one route for data and one for an action. */
function consoleWith(entrance: Entrance) {
  const port = () => PORT;
  const app = new Hono();
  app.use(sameOriginOnly({ port }));
  app.get("/", (context) => context.text("page"));
  app.use("/data/*", letIn({ entrance, port }));
  app.get("/data/nodes", (context) => context.text("data"));
  app.post("/do/it", namedAction("it"), (context) => context.text("done"));
  return app;
}

const app = consoleWith(new Entrance(Date.now));
const get = (headers: Record<string, string>) => app.request("/", { headers });

async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const { detail, code, ...rest } = (await response.json()) as { detail: string; code: string };
  expect(rest).toEqual({ type: "about:blank", title: "Forbidden", status: 403 });
  return [response.status, code, detail];
}

describe("the console", () => {
  test.each<[Record<string, string>]>([
    [{ host: HOST }],
    [{ host: `localhost:${PORT}` }],
    [{ host: HOST, origin: ORIGIN }],
    [{ host: `localhost:${PORT}`, origin: `http://localhost:${PORT}` }],
  ])("the console takes a request of this machine: %j", async (headers) => {
    const response = await get(headers);
    expect([response.status, await response.text()]).toEqual([200, "page"]);
  });

  test.each<[Record<string, string>]>([
    [{}],
    [{ host: "127.0.0.1" }],
    [{ host: `evil.example:${PORT}` }],
    [{ host: `127.0.0.1:${PORT + 1}` }],
    [{ host: `localhost:${PORT}.evil.example` }],
  ])("the console refuses a request for another host: %j", async (headers) => {
    expect(await problemOf(await get(headers))).toEqual([
      403,
      "forbidden",
      "The console is on 127.0.0.1 and localhost only.",
    ]);
  });

  test.each(["http://evil.example", `https://${HOST}`, `http://localhost:${PORT}`, "null", ""])(
    "the console refuses a request that a page of another origin has caused: %j",
    async (origin) => {
      expect(await problemOf(await get({ host: HOST, origin }))).toEqual([
        403,
        "forbidden",
        "Pages of other origins may not use the console.",
      ]);
    },
  );

  it("the console lets a browser load and run nothing but its own", async () => {
    const { headers } = await get({ host: HOST });
    const policy = headers.get("content-security-policy")?.split("; ") ?? [];
    expect(
      Object.fromEntries(
        policy.map((one) => [one.split(" ")[0], one.split(" ").slice(1).join(" ")]),
      ),
    ).toEqual({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "img-src": "'self' data:",

      "connect-src": "'self'",
      "base-uri": "'none'",
      "form-action": "'none'",
      "frame-ancestors": "'none'",
      "require-trusted-types-for": "'script'",
      "trusted-types": "'none'",
    });
    const others = {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    };
    for (const [name, value] of Object.entries(others))
      expect([name, headers.get(name)]).toEqual([name, value]);
  });
});

describe("data of the console", () => {
  const NOT_LET_IN = [
    403,
    "not-let-in",
    "This browser has not been let in, or the console was started again. Open the address that the terminal shows.",
  ];

  it("data of the console is read only by a browser that was let in, with its cookie and its key", async () => {
    const entrance = new Entrance(Date.now);
    const guarded = consoleWith(entrance);
    const session = entrance.enter(entrance.token) ?? { cookie: "", key: "" };
    const other = entrance.enter(entrance.token) ?? { cookie: "", key: "" };
    const name = cookieName(PORT);
    expect(name).toBe("rainhooks-8123");
    const headersOf = (cookie: string, key: string, more: Record<string, string> = {}) => ({
      host: HOST,
      cookie: `${name}=${cookie}`,
      "x-rainhooks-key": key,
      ...more,
    });
    const ask = (headers: Record<string, string>) => guarded.request("/data/nodes", { headers });
    for (const site of [{}, { "sec-fetch-site": "same-origin" }]) {
      const response = await ask(headersOf(session.cookie, session.key, site));
      expect([response.status, await response.text()]).toEqual([200, "data"]);
    }
    for (const headers of [
      { host: HOST },
      { host: HOST, "x-rainhooks-key": session.key },
      { host: HOST, cookie: `${name}=${session.cookie}` },
      headersOf(session.cookie, other.key),
      headersOf("x", session.key),
      headersOf(session.cookie, session.key, { cookie: `other=${session.cookie}` }),
      ...["same-site", "cross-site", "none"].map((site) =>
        headersOf(session.cookie, session.key, { "sec-fetch-site": site }),
      ),
    ])
      expect(await problemOf(await ask(headers))).toEqual(NOT_LET_IN);
  });
});

test("an action is done only if its name is in a header, for a page of the console", async () => {
  const ask = (headers: Record<string, string>) =>
    app.request("/do/it", { method: "POST", headers: { host: HOST, ...headers } });
  const response = await ask({ origin: ORIGIN, "x-rainhooks-action": "it" });
  expect([response.status, await response.text()]).toEqual([200, "done"]);
  for (const headers of [
    {},
    { origin: ORIGIN },
    { "x-rainhooks-action": "it" },
    { origin: ORIGIN, "x-rainhooks-action": "other" },
  ])
    expect(await problemOf(await ask(headers))).toEqual([
      403,
      "forbidden",
      "An action needs the header x-rainhooks-action with its name, and an origin.",
    ]);
});

describe("the entrance", () => {
  it("the entrance exchanges each token once, for a session of its own", () => {
    const entrance = new Entrance(Date.now);
    const { token } = entrance;
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(entrance.enter("x")).toBeUndefined();
    expect(entrance.token).toBe(token);
    const session = entrance.enter(token);
    expect(session).toEqual({
      cookie: expect.stringMatching(/^[\w-]{43}$/),
      key: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(session?.cookie).not.toBe(session?.key);
    expect(entrance.token).not.toBe(token);
    expect(entrance.enter(token)).toBeUndefined();
  });

  it("the entrance lets in for this run when its file can be neither read nor written", () => {
    const entrance = new Entrance(Date.now, `${import.meta.filename}/sessions`);
    const session = entrance.enter(entrance.token) ?? { cookie: "", key: "" };
    expect(entrance.isIn(session)).toBe(true);
  });

  it("the entrance keeps sixteen browsers, and forgets the first one for another", () => {
    const entrance = new Entrance(Date.now);
    const sessions = Array.from(
      { length: 17 },
      () => entrance.enter(entrance.token) ?? { cookie: "", key: "" },
    );
    expect(sessions.map((one) => entrance.isIn(one))).toEqual([
      false,
      ...Array.from({ length: 16 }, () => true),
    ]);
    expect(entrance.isIn({ cookie: "", key: "" })).toBe(false);
  });
});
