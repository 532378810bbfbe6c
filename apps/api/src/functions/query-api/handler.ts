import { storesOf } from "@rainhooks/query";
import { readFunctionConfig, storeClient } from "@rainhooks/webhook";
import { queryApi } from "./api.ts";
import { makeApp } from "./app.ts";
import { lambdaHandler } from "./lambda.ts";

const { stage, resources, logLevel } = readFunctionConfig(queryApi, process.env);
const app = makeApp({
  stage,
  stores: storesOf(storeClient(queryApi, resources), resources, { keepsRollups: true }),
  nowMs: Date.now,
});

export const handler = lambdaHandler(app, {
  stage,
  api: queryApi.name,
  logLevel,
  writeLine: console.log,
  nowMs: Date.now,
});
