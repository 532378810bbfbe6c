import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { storesOf } from "@rainhooks/query";
import { readFunctionConfig } from "@rainhooks/webhook";
import { queryApi } from "./api.ts";
import { makeApp } from "./app.ts";
import { lambdaHandler } from "./lambda.ts";

const { stage, resources, logLevel } = readFunctionConfig(queryApi, process.env);
const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
const app = makeApp({
  stage,
  stores: storesOf(client, resources, { keepsRollups: true }),
  nowMs: Date.now,
});

export const handler = lambdaHandler(app, {
  stage,
  api: queryApi.name,
  logLevel,
  writeLine: console.log,
  nowMs: Date.now,
});
