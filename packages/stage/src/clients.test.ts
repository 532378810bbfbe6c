import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { expect, it } from "@jest/globals";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { clientOptions } from "./account.ts";
import { awsClients } from "./clients.ts";

it("a command waits longer for AWS than a function", async () => {
  let requests = 0;
  const server = createServer(async (_, response) => {
    requests++;
    await delay(AWS_CLIENT_OPTIONS.requestHandler.requestTimeout + 300);
    response.end("<ListAllMyBucketsResult/>");
  });
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: await listenOnLoopback(server),
  });
  const { s3 } = awsClients();
  expect((await s3.send(new ListBucketsCommand({}))).$metadata.attempts).toBe(1);
  expect(requests).toBe(1);
  s3.destroy();
  server.close();
});

it("a client of a command says which service it waits for", () => {
  expect(clientOptions({})).toMatchObject({
    requestHandler: { socketTimeout: 30_000 },
    extensions: [{ configure: expect.any(Function) }],
  });
});
