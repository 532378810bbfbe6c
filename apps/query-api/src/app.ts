import { messageOf, RainhooksError, toRainhooksError } from "@rainhooks/core";
import { type AskedStage, ask, QUESTIONS, type Question } from "@rainhooks/query";
import type { Log } from "@rainhooks/webhook";
import { type Context, Hono } from "hono";
import { openApiDocument } from "./openapi.ts";
import { PROBLEM_JSON, type ProblemStatus, problem, statusOf } from "./problem.ts";
import { TooLate, withinMs } from "./within.ts";

/** What a request is handled with, besides the stage. */
export interface RequestBindings {
  /** Writes to the log of the request. */
  readonly log: Log;
  /** Time that is left for the answer. */
  readonly leftMs: () => number;
  /** Whether requests must be signed with AWS credentials; the local stage asks for none. */
  readonly signed: boolean;
}

type Env = { Bindings: RequestBindings };

/** Most bytes of an answer as a text within JSON, as which Lambda gets it: 6 MB, less what comes around it. */
const MAX_BYTES = 6 * 1024 * 1024 - 16 * 1024;
/** Time kept back to say that time ran out. */
const SPARE_MS = 1500;
const READ_METHODS = ["GET", "HEAD"];

/** The HTTP API: each question an operation, and the document that describes them. */
export function makeApp(stage: AskedStage): Hono<Env> {
  const app = new Hono<Env>();
  for (const question of QUESTIONS) {
    app.get(honoPath(question.path), (context) => answer(context, question, stage));
  }
  app.get("/v1/openapi.json", (context) => {
    return context.json(openApiDocument(context.env), 200, COMMON_HEADERS);
  });
  const paths = [...QUESTIONS.map(({ path }) => path), "/v1/openapi.json"];
  for (const path of new Set(paths.map(honoPath))) {
    app.all(path, (context) => {
      const detail = `There is no ${context.req.method} here: this API only answers, ask with GET.`;
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
    const error = isBusy(thrown) ? busy(thrown) : toRainhooksError(thrown);
    const status = statusOf(error.code);
    if (status < 500) return refuse(context, status, error.code, error.message);
    context.env.log("error", error.message, { error });
    return refuse(context, status, error.code, FAILED);
  });
  return app;
}

/** What AWS says when it may take the same call a little later. */
const BUSY =
  /^(Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|InternalServerError|ServiceUnavailable|TimeoutError)/;

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && BUSY.test(thrown.name);
}

function busy(cause: unknown): RainhooksError {
  return new RainhooksError("stage-unavailable", `DynamoDB is busy: ${messageOf(cause)}`, { cause });
}

const COMMON_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
const NO_SUCH_PATH = "There is nothing at this path. /v1/openapi.json says what there is.";
const FAILED = "The stage could not be asked. Try again; if it goes on, look at the log of this function.";
const TAKING_LONG =
  "This takes longer than an answer may. What has been summed up is kept, so ask the same again, or for a shorter time.";

async function answer(context: Context<Env>, question: Question, stage: AskedStage): Promise<Response> {
  const texts = onlyOnce(context.req.queries(), context.req.param());
  const asked = ask(question, texts, stage);
  const body = JSON.stringify(await withinMs(context.env.leftMs() - SPARE_MS, asked));
  if (Buffer.byteLength(JSON.stringify(body)) > MAX_BYTES) {
    const detail = "The answer is larger than a function may give: ask for fewer at a time with limit.";
    return refuse(context, 413, "answer-too-large", detail);
  }
  return context.body(body, 200, { ...COMMON_HEADERS, "content-type": "application/json" });
}

/**
 * The parameters of a query string and a path.
 *
 * @throws {RainhooksError} `input-invalid` for one that is said twice.
 */
function onlyOnce(
  queries: Readonly<Record<string, readonly string[]>>,
  inPath: Readonly<Record<string, string>>,
): Record<string, string> {
  const inQuery = Object.entries(queries).map(([name, [value = "", ...more]]) => {
    if (more.length === 0 && !Object.hasOwn(inPath, name)) return [name, value];
    throw new RainhooksError("input-invalid", `${name} is given more than once.`, { permanent: true });
  });
  return { ...Object.fromEntries(inQuery), ...inPath };
}

function refuse(context: Context<Env>, status: ProblemStatus, code: string, detail: string): Response {
  const body = JSON.stringify(problem(status, code, detail));
  return context.body(body, status, { ...COMMON_HEADERS, "content-type": PROBLEM_JSON });
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
