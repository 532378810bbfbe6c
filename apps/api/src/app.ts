import { questionsFor } from "@rainhooks/app-list/questions";
import { messageOf, RainhooksError, toRainhooksError, wrongInput } from "@rainhooks/core/errors";
import { ask, type QueryStage } from "@rainhooks/stage/query/ask";
import type { Question } from "@rainhooks/stage/query/question";
import type { Log } from "@rainhooks/webhook/observe/log";
import { type Context, Hono } from "hono";
import { PROBLEM_JSON, type ProblemStatus, problem, statusOf } from "./problem.ts";

/** Values of a request. */
export interface RequestBindings {
  /** The log of the request. */
  readonly log: Log;
  /** Returns the time until the function's timeout. */
  readonly leftMs: () => number;
  /** Whether requests must be signed with AWS credentials; on the local stage they are not. */
  readonly signed: boolean;
}

type Env = { Bindings: RequestBindings };

/**
 * Maximum bytes of a response as a JSON string, the form in which Lambda gets it: 6 MB, minus the
 * other fields.
 */
const MAX_BYTES = 6 * 1024 * 1024 - 16 * 1024;
/** Time reserved for a response that reports a timeout. */
const RESERVED_MS = 1500;
const READ_METHODS = ["GET", "HEAD"];

/** Options of {@link makeApp}. */
interface AppOptions {
  /**
   * Turns a failure into an error whose message callers may see. @defaultValue none: callers only
   * learn that the query has failed
   */
  readonly explain?: (thrown: unknown) => RainhooksError | undefined;
}

/**
 * Creates the HTTP API: an operation per query that the stage permits, and the OpenAPI document.
 */
export function makeApp(
  stage: QueryStage,
  { explain = () => undefined }: AppOptions = {},
): Hono<Env> {
  const app = new Hono<Env>();
  const questions = questionsFor(stage.permissions);
  for (const question of questions) {
    app.get(honoPath(question.path), (context) => respond(context, question, stage));
  }
  app.get("/v1/openapi.json", async (context) => {
    // It is rarely asked for, and needs the conversion of schemas.
    const { openApiDocument } = await import("./openapi.ts");
    return context.json(openApiDocument(context.env), 200, COMMON_HEADERS);
  });
  const paths = [...questions.map(({ path }) => path), "/v1/openapi.json"];
  for (const path of new Set(paths.map(honoPath))) {
    app.all(path, (context) => {
      const detail = `${context.req.method} is not allowed: this API is read-only (GET, HEAD).`;
      context.header("allow", READ_METHODS.join(", "));
      return refuse(context, 405, "method-not-allowed", detail);
    });
  }
  app.notFound((context) => refuse(context, 404, "not-found", NO_SUCH_PATH));
  app.onError((thrown, context) => {
    if (thrown instanceof TooLate) {
      context.header("retry-after", "1");
      return refuse(context, 503, "taking-long", TAKING_LONG);
    }
    const explained = explain(thrown);
    const error = explained ?? (isBusy(thrown) ? busy(thrown) : toRainhooksError(thrown));
    const status = statusOf(error.code);
    if (status < 500 || error === explained)
      return refuse(context, status, error.code, error.message);
    context.env.log("error", error.message, { error });
    return refuse(context, status, error.code, FAILED);
  });
  return app;
}

/** Errors of AWS after which the same call may succeed a little later. */
const BUSY =
  /^(Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|InternalServerError|ServiceUnavailable|TimeoutError)/;

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && BUSY.test(thrown.name);
}

function busy(cause: unknown): RainhooksError {
  return new RainhooksError("stage-unavailable", `DynamoDB is busy: ${messageOf(cause)}`, {
    cause,
  });
}

const COMMON_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
const NO_SUCH_PATH = "There is no such path. See /v1/openapi.json for the available ones.";
const FAILED = "The query failed. Try again; if it fails again, see the log of this function.";
const TAKING_LONG =
  "The query takes too long. Partial results are kept, so send the same request again, or use a shorter time range.";

async function respond(
  context: Context<Env>,
  question: Question,
  stage: QueryStage,
): Promise<Response> {
  const texts = onlyOnce(context.req.queries(), context.req.param());
  const result = ask(question, texts, stage);
  const body = JSON.stringify(await withinMs(context.env.leftMs() - RESERVED_MS, result));
  if (Buffer.byteLength(JSON.stringify(body)) > MAX_BYTES) {
    const detail = "The result is too large for one response. Use a smaller limit.";
    return refuse(context, 413, "result-too-large", detail);
  }
  return context.body(body, 200, { ...COMMON_HEADERS, "content-type": "application/json" });
}

/**
 * Combines the parameters of a query string and a path.
 *
 * @throws {RainhooksError} `input-invalid` for a parameter that is given more than once.
 */
function onlyOnce(
  queries: Readonly<Record<string, readonly string[]>>,
  inPath: Readonly<Record<string, string>>,
): Record<string, string> {
  const inQuery = Object.entries(queries).map(([name, [value = "", ...more]]) => {
    if (more.length === 0 && !Object.hasOwn(inPath, name)) return [name, value];
    throw wrongInput(`${name} is given more than once.`);
  });
  return { ...Object.fromEntries(inQuery), ...inPath };
}

function refuse(
  context: Context<Env>,
  status: ProblemStatus,
  code: string,
  detail: string,
): Response {
  const body = JSON.stringify(problem(status, code, detail));
  return context.body(body, status, { ...COMMON_HEADERS, "content-type": PROBLEM_JSON });
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}

/** The time limit has passed. */
class TooLate extends Error {}

/**
 * Waits for a promise for a limited time.
 *
 * @throws {TooLate} when it is not settled in time.
 */
async function withinMs<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate()), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
