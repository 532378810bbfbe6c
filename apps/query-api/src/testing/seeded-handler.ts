import type { AskedStage } from "@rainhooks/query";
import { makeApp } from "../app.ts";
import { lambdaHandler, type UrlHandler } from "../lambda.ts";

/** The function of a stage, and the lines that it logged. */
export interface SeededHandler {
  readonly handler: UrlHandler;
  readonly lines: string[];
}

/** The function as it is deployed, in front of a stage. */
export function handlerOf(stage: AskedStage): SeededHandler {
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
