import { expect, test } from "@jest/globals";
import { questionsFor } from "@rainhooks/app-list/questions";
import { consoleRoutes, HOST, testConsole } from "../testing/routes.ts";
import { extensionRoutes } from "./extension-routes.ts";

/** Of other machines, ports, schemes and names, and such as a browser has none of. */
const FOREIGN = [
  "https://evil.example",
  "http://evil.example:7246",
  `http://${HOST}.evil.example`,
  `https://${HOST}`,
  "http://127.0.0.1:1",
  "http://127.0.0.1",
  "http://localhost:7246",
  "http://[::1]:7246",
  "null",
  "",
];
const SITES = ["cross-site", "same-site", "none"];

const { app, headers } = testConsole(await extensionRoutes());
const routes = [...(await consoleRoutes()), ...questionsFor().map(({ path }) => `GET ${path}`)]
  .map((route) => route.replace(/:\w+|\{\w+\}|\*/g, "any").split(" "))
  .filter(([, path = ""]) => path.startsWith("/v1/") || path.startsWith("/console/"));

test.each(routes)("%s %s is refused to who forges a request", async (method = "", path = "") => {
  const action = path.split("/actions/")[1];
  const named = action === undefined ? {} : { "x-rainhooks-action": action };
  const own = { ...headers, ...named, ...(method === "POST" ? { origin: `http://${HOST}` } : {}) };
  const body = method === "POST" ? { body: "{}" } : {};
  const send = async (changes: Readonly<Record<string, string | undefined>>) => {
    const kept = Object.entries({ ...own, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const request = new Request(`http://${HOST}${path}`, { method, ...body, headers: kept });
    return app.request(request);
  };
  const forged = [
    ...FOREIGN.map((origin) => ({ origin })),
    ...SITES.map((site) => ({ "sec-fetch-site": site })),
    ...["evil.example", "127.0.0.1:1", "127.0.0.1", `${HOST}.evil.example`].map((host) => ({
      host,
    })),
    { cookie: undefined },
    { "x-rainhooks-key": undefined },
    { "x-rainhooks-key": "x" },
    ...(action === undefined
      ? []
      : [
          { origin: undefined },
          { "x-rainhooks-action": undefined },
          { "x-rainhooks-action": "other" },
        ]),
  ];
  for (const changes of forged)
    expect([changes, (await send(changes)).status]).toEqual([changes, 403]);
  const { status, headers: sent } = await send({});
  expect(status).not.toBe(403);
  expect(sent.get("cache-control")).toBe("no-store");
});
