import { makeApp } from "@rainhooks/app-api/app";
import { PROJECT, WEBHOOKS } from "@rainhooks/app-list";
import { PAGE_PATHS } from "@rainhooks/app-list/page-paths";
import { SECOND_MS } from "@rainhooks/core/durations";
import { type ErrorCode, type RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { ExtensionRoutes } from "@rainhooks/stage/extension";
import { queryStage } from "@rainhooks/stage/query/query-stage";
import { type Entrance, MAX_SESSION_MS } from "@rainhooks/stage/routes/entrance";
import { cookieName, letIn, sameOriginOnly } from "@rainhooks/stage/routes/guard";
import type { Jobs } from "@rainhooks/stage/routes/jobs";
import { stageResponse } from "@rainhooks/stage/routes/stage";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { type Reach, StageSource } from "@rainhooks/stage/stage-source";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { setCookie } from "hono/cookie";
import { indexPage, type PageFiles, pageFile } from "./page-files.ts";
import { RememberedDeliveries } from "./recent-deliveries.ts";
import { eventRoutes } from "./routes/events.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { searchRoutes } from "./routes/search.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

/** Parts of a console. */
export interface ConsoleDependencies {
  readonly reach: Reach;
  readonly files: PageFiles;
  readonly entrance: Entrance;
  readonly port: () => number;
  /** Called when a browser was let in. */
  readonly onEntered: () => void;
  readonly jobs: Jobs;
  /** What extensions add. */
  readonly extensions: readonly ExtensionRoutes[];
}

/** How long a query may take. */
const QUERY_MS = 60_000;

/**
 * Creates the console: its page, the queries of the stage under `/v1`, and what only the console
 * has under `/console`.
 */
export function consoleApp({
  reach,
  files,
  entrance,
  port,
  onEntered,
  jobs,
  extensions,
}: ConsoleDependencies): Hono {
  const source = new StageSource(reach);
  const app = new Hono();
  app.use(sameOriginOnly({ port }));
  app.use(compress());
  app.get("/enter", (context) => {
    const session = entrance.enter(context.req.query("token") ?? "");
    if (session === undefined) return indexPage(files);
    onEntered();
    setCookie(context, cookieName(port()), session.cookie, {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: MAX_SESSION_MS / SECOND_MS,
    });
    // What comes after the # is never sent; the page takes it out of the address at once.
    return context.redirect(`/#key=${session.key}`, 303);
  });
  for (const path of PAGE_PATHS) app.get(path, () => indexPage(files));
  app.get("/files/:name", (context) => {
    return pageFile(files, context.req.param("name")) ?? new Response(null, { status: 404 });
  });
  app.use("/v1/*", letIn({ entrance, port }));
  app.use("/console/*", letIn({ entrance, port }));
  const queriesOf = perStage((access) => makeApp(queryStage(access), { explain: source.explain }));
  app.get("/v1/*", async (context) => {
    const queries = queriesOf(await source.get());
    const endMs = Date.now() + QUERY_MS;
    return queries.fetch(context.req.raw, {
      log: () => undefined,
      leftMs: () => endMs - Date.now(),
      signed: false,
    });
  });
  const script = [...files.keys()].find((name) => /^main-.*\.js$/.test(name));
  app.get("/console/stage", async (context) =>
    context.json({ ...stageResponse(await source.look()), script }),
  );
  const remembered = new RememberedDeliveries();
  app.route("/console", eventRoutes(source, WEBHOOKS, extensions, remembered));
  app.route("/console", searchRoutes(source, extensions, remembered));
  app.route("/console", webhookRoutes(source, extensions));
  app.route("/console", jobRoutes(source, jobs));
  for (const { routesOf } of extensions)
    app.route("/console", routesOf({ source, jobs, project: PROJECT }));
  app.notFound(({ req }) => {
    // A browser is shown the page, which says that it knows no such path.
    if (req.method === "GET" && req.header("accept")?.includes("text/html"))
      return indexPage(files, 404);
    return problem(404, "not-found", "There is no such path.");
  });
  app.onError((thrown) => {
    const error = source.explain(thrown) ?? toRainhooksError(thrown);
    const status = STATUSES.get(error.code) ?? (error.code.endsWith("-unavailable") ? 503 : 500);
    const { code, message, mistakes, hint } = error;
    return problem(status, code, message, { mistakes, hint });
  });
  return app;
}

/** Caches a value for a stage until another stage is reached. */
function perStage<Made>(make: (access: StageAccess) => Made): (access: StageAccess) => Made {
  let last: { readonly access: StageAccess; readonly made: Made } | undefined;
  return (access) => {
    if (last?.access !== access) last = { access, made: make(access) };
    return last.made;
  };
}

const STATUSES = new Map<ErrorCode, number>([
  ["input-invalid", 400],
  ["event-refused", 400],
  ["rules-invalid", 400],
  ["not-found", 404],
  ["write-conflict", 409],
  ["throttled", 429],
]);

/**
 * What is wrong, field by field, and what to run, are data: the page names its inputs, and how it
 * reached the stage.
 */
function problem(
  status: number,
  code: string,
  detail: string,
  more: Partial<Pick<RainhooksError, "mistakes" | "hint">> = {},
): Response {
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  const body = { type: "about:blank", title: code, status, detail, code, ...more };
  return Response.json(body, { status, headers });
}
