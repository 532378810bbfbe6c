import type { QueryStage } from "@rainhooks/stage/query/ask";
import { makeApp } from "../app.ts";
import { lambdaHandler, type UrlHandler } from "../lambda.ts";

/** The function of a stage, and its log lines. */
export interface SeededHandler {
  readonly handler: UrlHandler;
  readonly lines: string[];
}

/** Creates the function as it is deployed, for a stage. */
export function handlerOf(stage: QueryStage): SeededHandler {
  const lines: string[] = [];
  const handler = lambdaHandler(makeApp(stage), {
    stage: stage.stage,
    api: "query-api",
    logLevel: "info",
    writeLine: (line) => lines.push(line),
    nowMs: Date.now,
  });
  return { handler, lines };
}
