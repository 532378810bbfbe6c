import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { listenOnLoopback } from "@rainhooks/testing";
import { awsClients } from "./clients.ts";

const SET = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "key",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_ENDPOINT_URL: "",
};
const before = Object.keys(SET).map((name) => [name, process.env[name]] as const);
let requests = 0;
const server = createServer((_, response) => {
  requests++;
  // Longer than a function waits.
  void delay(AWS_CLIENT_OPTIONS.requestHandler.requestTimeout + 300).then(() =>
    response.end("<ListAllMyBucketsResult/>"),
  );
});
beforeEach(async () => {
  Object.assign(process.env, SET, { AWS_ENDPOINT_URL: await listenOnLoopback(server) });
});
afterEach(() => {
  server.close();
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

it("a command waits longer for AWS than a function", async () => {
  expect((await awsClients().s3.send(new ListBucketsCommand({}))).$metadata.attempts).toBe(1);
  expect(requests).toBe(1);
});
