import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateQueueCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "@jest/globals";
import { localClients } from "@rainhooks/stage/clients";
import { OLDEST_MESSAGES_PATH, readOldestMessages } from "@rainhooks/stage/local-endpoint";
import { listen } from "../local-server.ts";
import { startEmulators } from "./start-emulators.ts";

test("a stage says when the oldest message of each queue was sent, also while it is handled", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "oldest-"));
  const emulators = await startEmulators({ dataDir, port: 0, onError: () => undefined });
  const { sqs } = localClients(emulators.endpoint);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
  await sqs.send(new CreateQueueCommand({ QueueName: "empty" }));
  const fromMs = Date.now();
  for (const MessageBody of ["first", "second"])
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const oldest = await readOldestMessages(emulators.endpoint);
  expect([...(oldest?.keys() ?? [])]).toEqual(["orders"]);
  expect(oldest?.get("orders")).toBeGreaterThanOrEqual(fromMs - 1000);
  expect(oldest?.get("orders")).toBeLessThanOrEqual(Date.now());
  await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
  expect(await readOldestMessages(emulators.endpoint)).toEqual(oldest);
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await readOldestMessages(emulators.endpoint)).toEqual(new Map());
  expect((await fetch(emulators.endpoint + OLDEST_MESSAGES_PATH, { method: "POST" })).status).toBe(
    400,
  );
  await emulators.stop();
  await rm(dataDir, { recursive: true });
});

test("an endpoint that does not say it is named", async () => {
  const server = createServer((_, response) => response.writeHead(404).end());
  const endpoint = `http://${await listen(server, 0, "--port")}`;
  await expect(readOldestMessages(endpoint)).rejects.toMatchObject({
    code: "stage-unavailable",
    message: expect.stringContaining(endpoint),
  });
  server.close();
});
