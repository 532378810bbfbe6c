import type { ExtensionRoutes } from "@rainhooks/stage/extension";
import { Entrance } from "@rainhooks/stage/routes/entrance";
import { cookieName } from "@rainhooks/stage/routes/guard";
import { Jobs } from "@rainhooks/stage/routes/jobs";
import type { Reach } from "@rainhooks/stage/stage-source";
import { consoleApp } from "../serve/app.ts";
import { extensionRoutes } from "../serve/extension-routes.ts";

const PORT = 7246;
export const HOST = `127.0.0.1:${PORT}`;
const NO_STAGE: Reach = () => Promise.reject(new Error("There is no stage."));

/** Makes a console without a server, and the headers of a browser that was let in. */
export function testConsole(extensions: readonly ExtensionRoutes[], reach = NO_STAGE) {
  const entrance = new Entrance(Date.now);
  const app = consoleApp({
    reach,
    extensions,
    entrance,
    files: new Map(),
    port: () => PORT,
    onEntered: () => undefined,
    jobs: new Jobs(),
  });
  const { cookie = "", key = "" } = entrance.enter(entrance.token) ?? {};
  const headers = { host: HOST, cookie: `${cookieName(PORT)}=${cookie}`, "x-rainhooks-key": key };
  return { app, headers };
}

/** Returns the routes of the console, such as `GET /console/stage`. */
export async function consoleRoutes(): Promise<string[]> {
  const { app } = testConsole(await extensionRoutes());
  const routes = app.routes.filter(({ method }) => method !== "ALL");
  return [...new Set(routes.map(({ method, path }) => `${method} ${path}`))];
}
