import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { requestBody } from "@rainhooks/extensions/forwarding/bodies/body";
import { webhookIdOf } from "@rainhooks/extensions/forwarding/copies/webhook-id";
import { destinationOf } from "@rainhooks/extensions/forwarding/destinations/destination-item";
import { readSettings } from "@rainhooks/extensions/forwarding/destinations/read-settings";
import {
  attemptsTable,
  destinationsTable,
} from "@rainhooks/extensions/forwarding/forwarding-tables";
import { planApply } from "@rainhooks/extensions/forwarding/operations/apply/plan-apply";
import { newSigningSecret, rotateSecret } from "@rainhooks/extensions/forwarding/secrets/rotate";
import type { DestinationSecrets } from "@rainhooks/extensions/forwarding/secrets/secrets";
import { createSender } from "@rainhooks/extensions/forwarding/send/sender";
import { readSource } from "@rainhooks/stage/commands/read-input";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { eventually } from "@rainhooks/testing/eventually";
import { freePort } from "@rainhooks/testing/listen";
import { deliveryOf } from "@rainhooks/testing/samples";

/*
 * What docs/forward.md shows is true: its bodies are what is sent, and its receivers verify what is
 * signed.
 */

const ROOT = join(import.meta.dirname, "../../../..");
const PAGE = readFileSync(join(ROOT, "docs/forward.md"), "utf8");
/** In this app, whose dependencies the page's code then finds. */
const FOLDER = join(import.meta.dirname, "../../forward-page");

const blockOf = (info: string) => {
  const [, code] = new RegExp(`^\`\`\`${info}\\n(.*?)\\n\`\`\`$`, "ms").exec(PAGE) ?? [];
  if (code === undefined) throw new Error(`docs/forward.md has no block ${info}.`);
  return code;
};

const delivery = deliveryOf(
  JSON.parse(readFileSync(join(ROOT, "docs/samples/alert.json"), "utf8")),
);
const decoded = decode(delivery);
if (decoded.kind !== "event") throw new Error("The sample is no event.");
const { event } = decoded;
const webhookId = webhookIdOf(event, { eachCopy: false });

test.each(["event", "cloudevents"] as const)(
  "the page's body in format %s is what is sent",
  (format) => {
    const { body } = requestBody(
      { delivery, event, webhookId, source: "/rainhooks/prod" },
      { format },
    );
    expect(JSON.parse(blockOf(`json format=${format}`))).toEqual(JSON.parse(body));
  },
);

test("the page's file of destinations is one", async () => {
  const file = blockOf("json example=apply");
  for (const [name] of file.matchAll(/(?<=env:)\w+/g))
    process.env[name] = "https://crm.example.com/hook";
  const tables = await startTables();
  await tables.create(destinationsTable);
  const outputs = {
    stage: "dev",
    region: "eu-west-1",
    parameters: { destinations: "file:/nowhere" },
    tables: { destinations: destinationsTable.name, attempts: attemptsTable.name },
    functions: { attempts: { trigger: "queue", queueUrl: "" } },
  };
  const stage = {
    outputs,
    local: {},
    clients: { dynamodb: tables.client },
  } as unknown as StageAccess;
  const { steps } = await planApply(stage, file, { prune: false, readSource }).finally(() =>
    tables.stop(),
  );
  expect(steps.map(({ id, kind }) => `${kind} ${id}`)).toEqual(["add crm", "add slack", "add erp"]);
});

const PYTHON = "python3";
const hasPython = spawnSync(PYTHON, ["--version"]).status === 0;

describe("the page's receiver in JavaScript", () =>
  verifies("js", "receiver.mjs", process.execPath));
(hasPython ? describe : describe.skip)("the page's receiver in Python", () =>
  verifies("python", "receiver.py", PYTHON),
);

/** Runs the receiver of the page in a language, and sends to it. */
function verifies(language: string, file: string, command: string): void {
  let child: ChildProcess;
  let url: string;
  let printed = "";
  const secret = newSigningSecret();

  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, file), blockOf(`${language} example=verify`));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const env = { PATH: process.env["PATH"], SECRET: secret, PORT: port };
    child = spawn(command, [join(FOLDER, file)], { env, stdio: ["ignore", "pipe", "ignore"] });
    child.stdout?.on("data", (chunk) => {
      printed += String(chunk);
    });
    const responds = () =>
      fetch(url, { method: "POST", body: "{}" }).then(
        ({ status }) => status,
        () => 0,
      );
    expect(await eventually(responds, (status) => status !== 0)).toBe(401);
  });
  afterAll(() => {
    child.kill("SIGKILL");
    rmSync(FOLDER, { recursive: true, force: true });
  });

  const secretsOf = (signing: string): DestinationSecrets => ({
    url,
    signingSecrets: [{ secret: signing }],
    headers: {},
  });
  const destination = destinationOf(readSettings({ id: "crm", url: "https://crm.example.com" }), {
    nowMs: 0,
  });

  async function send(secrets: DestinationSecrets, nowMs = Date.now()) {
    const timed = createSender({ allowPrivate: true, nowMs: () => nowMs });
    const request = { destination, secrets, webhookId, attempt: 1 };
    const { record } = await timed.sendOnce({
      ...request,
      events: [{ delivery, event, webhookId }],
    });
    timed.close();
    return record.status;
  }

  it("the receiver in JavaScript accepts what is signed with its secret, also during a rotation", async () => {
    expect(await send(secretsOf(secret))).toBe(204);
    expect(await send(rotateSecret(secretsOf(secret), Date.now()))).toBe(204);
    await eventually(
      () => printed,
      (text) => text.split("rmaker.event.alert thing3").length === 3,
    );
  });

  it("the receiver in JavaScript refuses another secret, an old time, and another body", async () => {
    expect(await send(secretsOf(newSigningSecret()))).toBe(401);
    expect(await send(secretsOf(secret), Date.now() - 400_000)).toBe(401);
    expect(await send(secretsOf(secret), Date.now() + 400_000)).toBe(401);
    const headers = {
      "webhook-id": "evt_1",
      "webhook-timestamp": "x",
      "webhook-signature": "v1,ü",
    };
    const unsigned = await fetch(url, { method: "POST", body: "{}", headers });
    expect(unsigned.status).toBe(401);
  });
}
