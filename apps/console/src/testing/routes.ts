import { Entrance } from "@rainhooks/stage/routes/entrance";
import { Jobs } from "@rainhooks/stage/routes/jobs";
import { consoleApp } from "../serve/app.ts";
import { extensionRoutes } from "../serve/extension-routes.ts";

/** Returns the routes of the console, such as `GET /console/stage`. */
export async function consoleRoutes(): Promise<string[]> {
  const app = consoleApp({
    ...{ reach: () => Promise.reject(new Error("There is no stage.")), files: new Map(), port: () => 0 },
    ...{ entrance: new Entrance(), onEntered: () => undefined, jobs: new Jobs() },
    extensions: await extensionRoutes(),
  });
  const routes = app.routes.filter(({ method }) => method !== "ALL");
  return [...new Set(routes.map(({ method, path }) => `${method} ${path}`))];
}
