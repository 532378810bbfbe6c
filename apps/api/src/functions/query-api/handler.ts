import { queryApi } from "@rainhooks/app-list/query-api";
import { storesOf, tableNames } from "@rainhooks/stage/query/stores";
import { readFunctionConfig } from "@rainhooks/webhook/config";
import { storeClient } from "@rainhooks/webhook/store-client";
import { makeApp } from "../../app.ts";
import { lambdaHandler } from "../../lambda.ts";

const { stage, resources, logLevel } = readFunctionConfig(queryApi, process.env);
const app = makeApp({
  stage,
  stores: storesOf(storeClient(queryApi, resources), tableNames(queryApi.resources, resources), {
    keepsRollups: true,
  }),
  nowMs: Date.now,
});

export const handler = lambdaHandler(app, {
  stage,
  api: queryApi.name,
  logLevel,
  writeLine: console.log,
  nowMs: Date.now,
});
