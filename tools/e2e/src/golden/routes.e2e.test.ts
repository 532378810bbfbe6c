import { readFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type RunningConsole, startConsole } from "@rainhooks/app-console/serve/console";
import { consoleRoutes } from "@rainhooks/app-console/testing/routes";
import { questionsFor } from "@rainhooks/app-list/questions";
import { reachRunningStage } from "@rainhooks/stage/stage-access";
import { eventually } from "@rainhooks/testing/eventually";
import { expectGolden } from "@rainhooks/testing/golden";
import { maskRunText } from "./masks.ts";
import { addDestinations, factsOf, type PlayedStage, playStage } from "./played-stage.ts";

/** What is asked, in this order: `{name}` stands for what only this run knows. */
const REQUESTS = readFileSync(join(import.meta.dirname, "requests.txt"), "utf8")
  .trim()
  .split("\n");
/** Routes without an end, of which the first line is enough. */
const ENDLESS = "/console/live";
/** Headers with which something is asked. */
type Headers = Readonly<Record<string, string>>;

interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let stage: PlayedStage;
let served: RunningConsole;
let session: Headers;
let known: Map<string, string>;

/** Sends a request, with any headers. */
function send(method: string, path: string, headers: Headers, body: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, served.origin),
      { method, headers, agent: false },
      (response) => {
        let text = "";
        const { statusCode: status = 0, headers } = response;
        const done = () => resolve({ status, headers, body: text });
        response.setEncoding("utf8").on("end", done);
        response.on("data", (chunk: string) => {
          text += chunk;
          if (path !== ENDLESS || !text.includes("\n")) return;
          text = text.slice(0, text.indexOf("\n"));
          done();
          sent.destroy();
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/**
 * Returns the body for people: JSON with a line for each value. Code of the page has its own golden
 * files. Whether long work ends within the response depends on the machine, so its end is left out.
 */
function readable({ headers, body }: Response): string {
  if (/javascript|css/.test(String(headers["content-type"]))) return "";
  try {
    return JSON.stringify(JSON.parse(body, leaveOutJobEnd), null, 1);
  } catch {
    return body;
  }
}

function leaveOutJobEnd(key: string, value: unknown): unknown {
  return key === "jobEnd" ? undefined : value;
}

/**
 * Headers that say what a browser may do with a response. The others are those of every response,
 * once at its beginning.
 */
const shownHeaders = ({ headers }: Response) =>
  ["content-type", "cache-control", "location", "set-cookie"].flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
  );

/**
 * Returns how a request is answered of somebody who has not been let in, of another host and of
 * another origin, and if it names no action.
 */
async function refusals(method: string, path: string, own: Headers, body: string): Promise<string> {
  const { cookie: _, ...without } = own;
  const { "x-rainhooks-action": __, ...unnamed } = own;
  const others: readonly (readonly [name: string, headers: Headers])[] = [
    ["not let in", without],
    ["another host", { ...own, host: "evil.example" }],
    ["another origin", { ...own, origin: "https://evil.example" }],
    ["another site", { ...own, "sec-fetch-site": "cross-site" }],
    ...(path.includes("/actions/") ? [["no action named", unnamed] as const] : []),
  ];
  const found: string[] = [];
  for (const [name, headers] of others) {
    const response = await send(method, path, headers, body);
    const [, code = ""] = /"code":"([\w-]+)"/.exec(response.body) ?? [];
    found.push(`${name} ${response.status} ${code}`.trim());
  }
  return found.join(", ");
}

/**
 * The routes that somebody has asked for: each is refused to who may not, the first time that it is
 * asked for.
 */
const asked = new Set<string>();

async function ask(line: string): Promise<string> {
  const [method = "", written = "", ...rest] = line.split(" ");
  const given = (text: string) => text.replace(/\{(\w+)\}/g, (all, name) => known.get(name) ?? all);
  const path = given(written);
  const body = given(rest.join(" "));
  const action = path.replace("/console/actions/", "");
  const own = {
    ...session,
    ...(method === "POST" ? { origin: served.origin, "x-rainhooks-action": action } : {}),
  };
  const [bare = ""] = path.split("?");
  const isFirst = !asked.has(`${method} ${bare}`);
  asked.add(`${method} ${bare}`);
  const refused = isFirst ? [`refused: ${await refusals(method, path, own, body)}`] : [];
  const response = await send(method, path, own, body);
  // An action names the plan that was shown last.
  const [, plan] = /"plan":"([\da-f-]{36})"/.exec(response.body) ?? [];
  if (plan !== undefined) known.set("plan", plan);
  const names = [...known].map(([name, value]) => [value, `<${name}>`] as const);
  const text = [String(response.status), ...shownHeaders(response), readable(response)]
    .filter(Boolean)
    .join("\n");
  return [line, ...refused, maskRunText(text, names)].join("\n");
}

beforeAll(async () => {
  stage = await playStage(addDestinations);
  served = await startConsole({ reach: () => reachRunningStage(stage.dataDir), port: 0 });
  const { pathname, search } = new URL(served.address());
  const { headers } = await send("GET", pathname + search, {}, "");
  const key = new URL(headers.location ?? "", served.origin).hash.replace("#key=", "");
  session = { cookie: headers["set-cookie"]?.[0]?.split(";")[0] ?? "", "x-rainhooks-key": key };
  const page = await send("GET", "/", session, "");
  const [, script = ""] = /files\/(main-\w+\.js)/.exec(page.body) ?? [];
  known = new Map([...(await factsOf(stage)), ["script", script]]);
});
afterAll(async () => {
  await served?.stop();
  await stage?.stop();
});

it("each route of the console returns the known status, headers and body, and is refused to others", async () => {
  const { headers } = await send("GET", "/", session, "");
  const { date: _, etag: __, ...common } = headers;
  const texts = [JSON.stringify(common, null, 1)];
  for (const line of REQUESTS) {
    if (line === "jobs")
      await eventually(
        () => send("GET", "/console/jobs", session, ""),
        ({ body }) => !body.includes('"running"'),
      );
    else texts.push(await ask(line));
  }
  expectGolden(join(import.meta.dirname, "routes.txt"), maskRunText(`${texts.join("\n\n")}\n`, []));
  const routes = [...(await consoleRoutes()), ...questionsFor().map(({ path }) => `GET ${path}`)];
  const isAsked = (route: string) => {
    const pattern = new RegExp(`^${route.replace(/\/(?::\w+|\{\w+\}|\*)/g, "/[^/]+")}$`);
    return [...asked].some((one) => pattern.test(one));
  };
  expect(routes.filter((route) => !isAsked(route))).toEqual([]);
});
