import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { queryApi } from "@rainhooks/app-list/query-api";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { publishEvent } from "@rainhooks/local/aws/publish";
import { withShortestWaits, withVisibilityTimeout } from "@rainhooks/local/aws/stage/short-waits";
import { bundleFunction } from "@rainhooks/local/bundling/bundle-function.mjs";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { runCommand } from "../cli/testing/run-command.ts";
import { fanOut, requests } from "./definitions.ts";

/*
 * A webhook that sends a message for each thing to do, and the worker that does them: the bundles,
 * on a stage of their own.
 */

describe("a worker on the local stage", () => {
  let bundles: string;
  let running: TestStage;
  let receiver: TestReceiver;
  /** Statuses of the next requests by path; afterwards 204. `undefined`: no response. */
  let statuses: Map<string, (number | undefined)[]>;

  beforeAll(async () => {
    bundles = await mkdtemp(join(tmpdir(), "worker-bundles-"));
    const own = new Map([fanOut, requests].map(({ name }) => [name, join(bundles, name)] as const));
    for (const [name, folder] of own)
      await bundleFunction({ entry: join(import.meta.dirname, `./${name}-handler.ts`), folder });
    // So that the message of a killed process comes back soon.
    const worker = withVisibilityTimeout(withShortestWaits(requests), 12);
    running = await startTestStage({
      functions: [withShortestWaits(fanOut), worker, queryApi],
      bundleDir: (name) => {
        const folder = own.get(name);
        return folder === undefined ? bundleDir(name) : join(folder, "bundle");
      },
    });
  });
  afterAll(async () => {
    await running.stop();
    await rm(bundles, { recursive: true });
  });

  beforeEach(async () => {
    statuses = new Map();
    receiver = await startReceiver(({ path }, response) => {
      const next = statuses.get(path) ?? [];
      const status = next.length === 0 ? 204 : next.shift();
      if (status !== undefined) response.writeHead(status).end();
    });
  });
  afterEach(() => receiver.stop());

  const queueUrl = () => running.stage.provisioned.queues.get(requests.name)?.queue.url;

  function publishAlert(node_id: string, urls: readonly string[]) {
    const message_body = JSON.stringify({ urls });
    return publishEvent(running.stage, "rmaker.event.alert", { node_id, message_body });
  }

  function send(body: string) {
    return running.stage.clients.sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody: body }),
    );
  }

  const urlOf = (path: string) => `${receiver.url}${path}`;
  const callTo = (path: string) => JSON.stringify({ url: urlOf(path), node: "door" });
  const paths = () => receiver.requests.map(({ path }) => path).toSorted();

  async function rainhooks(...args: string[]): Promise<string> {
    const { code, out, err } = await runCommand([...args, "--data", running.dataDir]);
    expect([args, code, err]).toEqual([args, 0, ""]);
    return out;
  }

  const letters = async (): Promise<{ errorCode: string; reason: string; body: string }[]> =>
    JSON.parse(await rainhooks("dlq", "show", requests.name, "--json")).letters;

  it("a worker gets the messages that a webhook sends to its queue", async () => {
    await publishAlert("door", [urlOf("/a"), urlOf("/b"), urlOf("/c")]);
    await eventually(paths, (seen) => seen.length === 3);
    expect(paths()).toEqual(["/a", "/b", "/c"]);
    expect(new Set(receiver.requests.map(({ body }) => body))).toEqual(new Set(["door"]));
    await eventually(
      () => running.stage.totals(requests.name),
      ({ Delivered = 0 }) => Delivered >= 3,
    );
    expect(running.stage.totals(fanOut.name).Delivered).toBe(1);
  });

  it("a worker retries a failed message later, and no other message", async () => {
    statuses.set("/busy", [503]);
    const startMs = performance.now();
    await publishAlert("door", [urlOf("/busy"), urlOf("/well")]);
    await eventually(paths, (seen) => seen.length === 3);
    expect(performance.now() - startMs).toBeGreaterThan(3000);
    expect(paths()).toEqual(["/busy", "/busy", "/well"]);
  });

  it("a worker sends a message that always fails to its dead-letter queue with the reason, and redrive sends it back", async () => {
    statuses.set("/gone", [410]);
    await send("not JSON");
    await send(callTo("/gone"));
    const found = await eventually(letters, (seen) => seen.length === 2);
    expect(found.map(({ errorCode, reason }) => `${errorCode}: ${reason}`).toSorted()).toEqual([
      "data-invalid: A message needs a url and a node.",
      "sink-rejected: /gone is gone.",
    ]);
    expect(await rainhooks("dlq", "ls")).toMatch(/fan-out +0\nrequests +2/);
    expect(await rainhooks("stage", "show", requests.name)).toMatch(/^worker +requests\nfunction/);
    const before = paths().length;
    await rainhooks("dlq", "redrive", requests.name, "--only", "sink-rejected");
    await eventually(paths, (seen) => seen.length > before);
    await rainhooks("dlq", "drop", requests.name, "--all", "--yes");
    expect(await letters()).toEqual([]);
  });

  it("a worker loses nothing when its process is killed", async () => {
    statuses.set("/slow", [undefined]);
    const { Delivered } = running.stage.totals(requests.name);
    await send(callTo("/slow"));
    const [request] = await eventually(
      () => receiver.requests,
      (seen) => seen.length === 1,
    );
    process.kill(Number(request?.headers["x-process"]), "SIGKILL");
    await eventually(paths, (seen) => seen.length === 2);
    expect(receiver.requests[1]?.headers["x-process"]).not.toBe(request?.headers["x-process"]);
    await eventually(
      () => running.stage.totals(requests.name).Delivered,
      (delivered) => delivered === Delivered + 1,
    );
    expect(await letters()).toEqual([]);
  });

  it("a worker is in the outputs of the stage", async () => {
    const { functions } = JSON.parse(await rainhooks("stage", "show", "--json"));
    expect(functions).toMatchObject({
      requests: {
        trigger: "queue",
        function: "rainhooks-local-requests",
        queueUrl: queueUrl(),
        deadLetterQueueUrl: running.stage.provisioned.queues.get(requests.name)?.deadLetters.url,
        timeoutS: 30,
      },
    });
    await expect(startTestStage({ functions: [fanOut], bundleDir: () => bundles })).rejects.toThrow(
      "the URL of the queue of requests, which the stage does not run.",
    );
  });
});
