import { type ChildProcess, spawn } from "node:child_process";
import { gzipSync } from "node:zlib";
import { CreateQueueCommand, ListQueuesCommand, TagQueueCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { startScriptedService } from "@rainhooks/testing/scripted-service";
import { Webhook } from "standardwebhooks";
import { bundledCommand, runCommand } from "./testing/run-command.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** A `rainhooks listen` that runs. */
interface Listener {
  readonly child: ChildProcess;
  text: string;
}

describe("rainhooks listen", () => {
  let running: TestStage;
  let receiver: TestReceiver;
  let status = 204;
  let response = "";

  beforeAll(async () => {
    running = await startTestStage();
    receiver = await startReceiver((_, reply) => reply.writeHead(status).end(response));
  });
  afterAll(async () => {
    await receiver.stop();
    await running.stop();
  });
  beforeEach(() => {
    status = 204;
    response = "";
  });

  async function listen(...options: string[]): Promise<Listener> {
    const args = [
      "listen",
      "--forward-to",
      `${receiver.url}/hook?token=hidden`,
      "--data",
      running.dataDir,
      ...options,
    ];
    const child = spawn(process.execPath, [await bundledCommand(), ...args], {
      env: { ...process.env, SECRET },
    });
    const listener: Listener = { child, text: "" };
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        listener.text += String(chunk);
      });
    await says(listener, "Ctrl-C ends it.");
    return listener;
  }

  const says = (listener: Listener, text: string) =>
    eventually(
      () => listener.text,
      (seen) => seen.includes(text),
    );

  async function end({ child }: Listener, signal: NodeJS.Signals): Promise<void> {
    const ended = new Promise((done) => child.on("exit", done));
    child.kill(signal);
    await ended;
  }

  const trigger = (type: string, node: string) =>
    runCommand(["trigger", type, "--node", node, "--data", running.dataDir]);

  async function queues(): Promise<string[]> {
    const { QueueUrls = [] } = await running.stage.clients.sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: "rainhooks-local-listen-" }),
    );
    return QueueUrls;
  }

  it("listen removes queues that other listeners have left, and none of a listener on another computer", async () => {
    const { sqs } = running.stage.clients;
    const tagsUntil = (ms: number) => ({
      "rainhooks:owner": "ben",
      "rainhooks:host": "another-computer",
      "rainhooks:process": "1000000000",
      "rainhooks:expires-at": new Date(Date.now() + ms).toISOString(),
    });
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: "rainhooks-local-listen-other", tags: tagsUntil(600_000) }),
    );
    const first = await listen();
    expect(first.text).not.toContain("left behind");
    expect(await queues()).toContain(QueueUrl);
    await end(first, "SIGINT");
    await sqs.send(new TagQueueCommand({ QueueUrl, Tags: tagsUntil(-1) }));
    const second = await listen();
    expect(second.text).toContain("1 of ben");
    expect(await queues()).not.toContain(QueueUrl);
    await end(second, "SIGINT");
  });

  it("listen sends events to a URL, signed, and removes its queue at the end", async () => {
    const listener = await listen("--type", "alert,node_connected", "--sign-with", "SECRET");
    expect(listener.text).not.toContain("hidden");
    await trigger("node_disconnected", "another-kind");
    await trigger("alert", "door");
    await says(listener, "door");
    const { body = "", headers = {} } = receiver.requests.at(-1) ?? {};
    const header = (name: string) => String(Object.entries(headers).find(([key]) => key === name)?.[1]);
    expect(JSON.parse(body)).toMatchObject({ type: "rmaker.event.alert", data: { nodeId: "door" } });
    const signed = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [
      name,
      header(name),
    ]);
    expect(() => new Webhook(SECRET).verify(body, Object.fromEntries(signed))).not.toThrow();
    expect(JSON.stringify(receiver.requests)).not.toContain("another-kind");
    expect(await queues()).toHaveLength(1);
    await end(listener, "SIGINT");
    expect(listener.text).toContain("Removed the queue.");
    expect(await queues()).toEqual([]);
  });

  it("listen shows what the receiver refuses", async () => {
    status = 400;
    const listener = await listen();
    await trigger("alert", "cellar");
    await says(listener, "Given up");
    expect(listener.text).toMatch(/alert +cellar +.*400/);
    await end(listener, "SIGTERM");
    expect(await queues()).toEqual([]);
  });

  it("listen shows the beginning of a long response", async () => {
    [status, response] = [400, `no such hook ${"x".repeat(8000)}`];
    const listener = await listen();
    await trigger("alert", "garage");
    await says(listener, "Given up");
    expect(listener.text).toContain("no such hook");
    const lengths = listener.text.split("\n").map((line) => line.length);
    expect(Math.max(...lengths)).toBeLessThan(400);
    await end(listener, "SIGTERM");
  });

  it("listen leaves a queue behind when it is killed; the next run removes that queue, and no other listener's", async () => {
    const killed = await listen();
    await end(killed, "SIGKILL");
    const [left] = await queues();
    expect(left).toBeDefined();
    const next = await listen();
    expect(next.text).toContain("Removed what earlier runs left behind: 1 of");
    const third = await listen();
    expect(third.text).not.toContain("left behind");
    expect(await queues()).toHaveLength(2);
    expect(await queues()).not.toContain(left);
    await end(next, "SIGINT");
    await end(third, "SIGINT");
  });

  it("rainhooks listen is refused by a stage that does not allow it", async () => {
    const names = { stage: "prod", region: "us-east-1", integration: "rainhooks-prod" };
    const tables = { "table-slots": "rainhooks-prod-table-slots" };
    const outputs = { ...names, tables, parameters: {}, functions: {} };
    const Value = gzipSync(JSON.stringify(outputs)).toString("base64");
    const ssm = await startScriptedService(() => ({ body: { Parameter: { Value } } }));
    const { code, err } = await runCommand(["listen", "--forward-to", receiver.url, "--stage", "prod"], "", {
      AWS_ENDPOINT_URL: ssm.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
    });
    expect([code, err]).toEqual([
      2,
      "Stage prod does not allow listening. If it shall, set listen: true in infra/stages/prod.ts, and deploy it.",
    ]);
    await ssm.stop();
  });

  it.each([
    ["an unknown type", ["--type", "alarm"], "alarm is not an event type. It gets: "],
    ["a URL that is none", ["--forward-to", "localhost"], "The URL of the receiver"],
    [
      "a secret that is not set",
      ["--sign-with", "NO_SUCH_SECRET"],
      "The environment variable NO_SUCH_SECRET is not set",
    ],
  ])("listen refuses %s with one line", async (_, options, message) => {
    const args = ["listen", "--forward-to", receiver.url, "--data", running.dataDir, ...options];
    const { code, out, err } = await runCommand(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err.split("\n")).toHaveLength(1);
  });
});
