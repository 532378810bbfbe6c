/*
 * A replay as one would write it by hand, in a process of its own: reads each object, and sends each line to a queue, one call after the
 * other. The arguments are the endpoint, the number of deliveries, and how many messages a call sends.
 */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { localClients } from "@rainhooks/stage";
import { serveParent } from "./parent.ts";
import { usage } from "./usage.ts";

const [endpoint = "", count = "", perCall = ""] = process.argv.slice(2);
const maxDeliveries = Number(count);
const maxPerCall = Number(perCall);
const { s3, sqs } = localClients(endpoint);
const Bucket = "archive";
const QueueUrl = `${endpoint}/000000000000/bench`;

async function* lines(): AsyncGenerator<string> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket }))
    for (const { Key } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      if (!(Body instanceof Readable)) throw new Error(`${Key} has no body.`);
      yield* createInterface({ input: Body.pipe(createGunzip()) });
    }
}

async function send(bodies: readonly string[]): Promise<void> {
  const [MessageBody] = bodies;
  if (maxPerCall === 1) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    return;
  }
  const Entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }));
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  if (Failed.length > 0) throw new Error(`${Failed.length} messages were not sent.`);
}

async function run() {
  let [sent, bodies]: [number, string[]] = [0, []];
  for await (const line of lines()) {
    const { body } = JSON.parse(line) as { readonly body: string };
    bodies.push(body);
    if (bodies.length < maxPerCall && sent + bodies.length < maxDeliveries) continue;
    await send(bodies);
    sent += bodies.length;
    bodies = [];
    if (sent >= maxDeliveries) break;
  }
  return sent;
}

serveParent({}, async () => {
  const startedMs = performance.now();
  const sent = await run();
  return { read: sent, matched: sent, ms: performance.now() - startedMs, peakMiB: usage().peakMiB };
});
