import { subscribe } from "node:diagnostics_channel";
import { createServer, type RequestListener } from "node:http";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { LOCAL_CREDENTIALS } from "@rainhooks/core/emulator";
import { RainhooksError } from "@rainhooks/core/errors";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { patience, WAITING_CHANNEL } from "./account.ts";

let respond: RequestListener = () => undefined;
let requests = 0;
const server = createServer((request, response) => {
  requests += 1;
  respond(request, response);
});
let common: {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: typeof LOCAL_CREDENTIALS;
};
const told: unknown[] = [];

beforeAll(async () => {
  const endpoint = await listenOnLoopback(server);
  common = { endpoint, region: "eu-west-1", credentials: LOCAL_CREDENTIALS };
  subscribe(WAITING_CHANNEL, (text) => told.push(text));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it("a service that takes a request and does not respond is told of, and ends the request once, with what to check", async () => {
  const client = new DynamoDBClient({ ...common, ...patience(10, 300) });
  const error: unknown = await client
    .send(new ListTablesCommand({}))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RainhooksError);
  expect(error).toMatchObject({ code: "stage-unavailable" });
  expect(String(error)).toContain(
    `dynamodb at ${common.endpoint} took a request, and has not responded for 0.3 s. Check the network`,
  );
  expect([told, requests]).toEqual([[`Waiting for dynamodb at ${common.endpoint} …`], 1]);
  client.destroy();
});

it("nobody is told of a queue at which a request waits on purpose", async () => {
  told.length = 0;
  // Later than it would be told.
  respond = (_, response) => void setTimeout(() => response.end("{}"), 100);
  const client = new SQSClient({ ...common, ...patience(10) });
  await client.send(new ReceiveMessageCommand({ QueueUrl: `${common.endpoint}/1/q` }));
  expect(told).toEqual([]);
  client.destroy();
});
