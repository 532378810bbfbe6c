import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { PAGE_PATHS } from "@rainhooks/app-list/page-paths";
import { RainhooksError } from "@rainhooks/core/errors";
import { type RunningConsole, startConsole } from "./console.ts";

/** A response. */
interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A session of a browser. */
interface Session {
  readonly cookie: string;
  readonly key: string;
}

const GONE = new RainhooksError(
  "stage-unavailable",
  "No stage runs on /data. Start one with npm start.",
);

/** Sends a request, with any headers. */
function send(
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
  body = "",
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, origin), { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Enters with the address that the terminal shows. */
async function enter(running: RunningConsole): Promise<Session> {
  const { pathname, search } = new URL(running.address());
  const { status, headers } = await send(running.origin, pathname + search);
  expect(status).toBe(303);
  const [cookie = ""] = headers["set-cookie"] ?? [];
  expect(cookie).toMatch(/; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/);
  return {
    cookie: cookie.split(";")[0] ?? "",
    key: new URL(headers.location ?? "", running.origin).hash.replace("#key=", ""),
  };
}

const start = () => startConsole({ port: 0, reach: () => Promise.reject(GONE) });
const asIn = ({ cookie, key }: Session) => ({ cookie, "x-rainhooks-key": key });

describe("a console", () => {
  let running: RunningConsole;
  let session: Session;

  beforeAll(async () => {
    running = await start();
    session = await enter(running);
  });
  afterAll(() => running.stop());

  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    send(running.origin, path, headers);
  const codeOf = ({ body }: Response) => (JSON.parse(body) as { code: string }).code;

  it("a console says that the stage cannot be reached, and what to do", async () => {
    const response = await get("/console/stage", asIn(session));
    expect(response.status).toBe(503);
    expect(JSON.parse(response.body)).toMatchObject({
      code: "stage-unavailable",
      detail: GONE.message,
    });
    expect((await get("/v1/nodes", asIn(session))).status).toBe(503);
  });

  it("a console lets in one browser per token, and shows another token then", async () => {
    const address = new URL(running.address());
    const path = address.pathname + address.search;
    expect((await get(path)).status).toBe(303);
    expect((await get(path)).headers["set-cookie"]).toBeUndefined();
    expect(running.address()).not.toBe(address.href);
    expect((await get("/enter?token=")).headers["set-cookie"]).toBeUndefined();
  });

  it("a console lets in sixteen browsers, and forgets the first of them for the next one", async () => {
    const other = await start();
    try {
      const sessions: Session[] = [];
      for (let count = 0; count < 17; count += 1) sessions.push(await enter(other));
      const responses = sessions.map((one) => send(other.origin, "/console/stage", asIn(one)));
      const statuses = (await Promise.all(responses)).map(({ status }) => status);
      expect(statuses).toEqual([403, ...Array.from({ length: 16 }, () => 503)]);
    } finally {
      await other.stop();
    }
  });

  it("a console serves the page to everybody, with nothing of the stage in it", async () => {
    const paths = PAGE_PATHS.map((one) => one.replace(":id", "kitchen"));
    expect(paths).toEqual(
      expect.arrayContaining(["/", "/nodes/kitchen", "/alarms", "/events", "/webhooks"]),
    );
    for (const path of paths) {
      const { status, headers, body } = await get(path);
      expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(body).toContain("<title>Rainhooks</title>");
    }
    expect((await get("/files/..%2findex.html")).status).toBe(404);
    const unknown = await get("/no/such/page", { accept: "text/html,*/*" });
    expect([unknown.status, unknown.headers["content-type"]]).toEqual([
      404,
      "text/html; charset=utf-8",
    ]);
    expect(codeOf(await get("/no/such/page"))).toBe("not-found");
  });

  it("a console lets a browser run nothing but its own files", async () => {
    const { headers } = await get("/");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(headers).toMatchObject({
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  test.each([
    ["without cookie and key", () => ({})],
    [
      "with a cookie alone, as other ports of this machine get it",
      () => ({ cookie: session.cookie }),
    ],
    ["with a key alone", () => ({ "x-rainhooks-key": session.key })],
    ["with a wrong key", () => ({ ...asIn(session), "x-rainhooks-key": "wrong" })],
    ["of another site", () => ({ ...asIn(session), "sec-fetch-site": "cross-site" })],
    ["of a page of another port", () => ({ ...asIn(session), "sec-fetch-site": "same-site" })],
    ["of a page of another origin", () => ({ ...asIn(session), origin: "http://127.0.0.1:1" })],
    ["of a page without an origin", () => ({ ...asIn(session), origin: "null" })],
    ["for another host", () => ({ ...asIn(session), host: "rainhooks.example" })],
    ["for another port", () => ({ ...asIn(session), host: "127.0.0.1:1" })],
  ])("a console refuses a request %s", async (_, headers) => {
    for (const path of [
      "/v1/nodes",
      "/v1/attempts",
      "/console/stage",
      "/console/plans/resume?id=crm",
    ]) {
      const response = await get(path, headers());
      expect([response.status, ["forbidden", "not-let-in"].includes(codeOf(response))]).toEqual([
        403,
        true,
      ]);
    }
  });

  it("a console refuses the session of another run", async () => {
    const other = await start();
    try {
      const { cookie, key } = await enter(other);
      const value = cookie.slice(cookie.indexOf("=") + 1);
      const own = `${session.cookie.slice(0, session.cookie.indexOf("="))}=${value}`;
      expect(codeOf(await get("/console/stage", { cookie: own, "x-rainhooks-key": key }))).toBe(
        "not-let-in",
      );
      const { search } = new URL(other.address());
      expect((await get(`/enter${search}`)).headers["set-cookie"]).toBeUndefined();
    } finally {
      await other.stop();
    }
  });

  it("a console lets in after a restart whom it had let in, and stores nothing that lets anybody in", async () => {
    const folder = await mkdtemp(join(tmpdir(), "console-"));
    const sessions = join(folder, "sessions.json");
    const reach = () => Promise.reject(GONE);
    const first = await startConsole({ port: 0, reach, sessions });
    const { cookie, key } = await enter(first);
    const { address, origin } = first;
    await first.stop();
    expect((await stat(sessions)).mode & 0o777).toBe(0o600);
    const stored = await readFile(sessions, "utf8");
    for (const secret of [cookie.split("=")[1] ?? "", key]) expect(stored).not.toContain(secret);
    const restart = () => startConsole({ port: Number(new URL(origin).port), reach, sessions });
    const statusOf = async (session: Session) =>
      (await send(origin, "/console/stage", asIn(session))).status;
    const second = await restart();
    expect(await statusOf({ cookie, key })).toBe(503);
    expect(await statusOf({ cookie, key: "wrong" })).toBe(403);
    const [{ cookie: digest = "", key: keyDigest = "" } = {}] = JSON.parse(stored) as Session[];
    expect(await statusOf({ cookie: `${cookie.split("=")[0]}=${digest}`, key: keyDigest })).toBe(
      403,
    );
    const { search } = new URL(address());
    expect((await send(origin, `/enter${search}`)).headers["set-cookie"]).toBeUndefined();
    await second.stop();
    // A month later, or after somebody has written something else there, nobody is let in.
    for (const text of [stored.replace(/\d{13}/, "1"), '[{"cookie":1}]', "{", "[null]"]) {
      await writeFile(sessions, text);
      const third = await restart();
      expect([text, await statusOf({ cookie, key })]).toEqual([text, 403]);
      await third.stop();
    }
    await rm(folder, { recursive: true });
  });

  it("a console refuses a wrong request in one line", async () => {
    const { origin } = running;
    const act = (name: string, body: string) =>
      send(
        origin,
        `/console/actions/${name}`,
        { ...asIn(session), origin, "x-rainhooks-action": name },
        "POST",
        body,
      );
    for (const [name, body, detail] of [
      ["resume", '{"id":""}', "id must be a text of 1 to 100 characters."],
      ["resume", "[", "id is missing."],
      ["retry", "[", "id is missing."],
      ["replay", '{"webhook":"w"}', "from is missing."],
    ] as const)
      expect(JSON.parse((await act(name, body)).body)).toMatchObject({ status: 400, detail });
    // A job of the page has a number: it is not looked for among the records of the stage.
    const { body } = await act("cancel-job", '{"id":1}');
    expect(JSON.parse(body)).toMatchObject({ status: 404, detail: "No job 1 is running." });
  });

  it("a console does nothing for a method that no page of it sends, from any sender", async () => {
    const { origin } = running;
    const own = { ...asIn(session), origin, "x-rainhooks-action": "resume" };
    const sendBy = (method: string) => send(origin, "/console/actions/resume", own, method);
    expect((await send(origin, "/console/actions/resume", own, "POST", "{}")).status).toBe(400);
    expect((await sendBy("TRACE")).status).toBe(405);
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
      expect([method, (await sendBy(method)).status]).toEqual([method, 404]);
  });

  it("a console refuses parameters that it does not know", async () => {
    for (const path of [
      "/deliveries?nodes=lamp",
      "/deliveries/1?at=1&from=2",
      "/activity?hours=3",
    ]) {
      const { body } = await get(`/console${path}`, asIn(session));
      const unknown = /(\w+)=\w+$/.exec(path)?.[1];
      const detail = expect.stringMatching(`^${unknown} is unknown\\. Fields: `);
      expect(JSON.parse(body)).toMatchObject({ status: 400, detail });
    }
  });

  it("a console refuses a large body, and goes on after broken requests", async () => {
    const large = await send(
      running.origin,
      "/console/stage",
      asIn(session),
      "POST",
      "x".repeat(100_000),
    ).catch(() => undefined);
    expect(large?.status ?? 413).toBe(413);
    expect((await get("/")).status).toBe(200);
  });
});

describe("the port of a console", () => {
  it("a port that was chosen and is in use is refused", async () => {
    const first = await start();
    const port = Number(new URL(first.origin).port);
    const second = startConsole({ port, reach: () => Promise.reject(GONE) });
    await expect(second).rejects.toMatchObject({
      code: "stage-failed",
      message: `Port ${port} of the console is already in use. Choose another one with --port.`,
    });
    await first.stop();
  });
});
