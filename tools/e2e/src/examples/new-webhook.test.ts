import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startReceiver } from "@rainhooks/testing/receiver";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { eventOf } from "@rainhooks/webhook-testing/event-of";
import { type HandlerModule, testWebhook } from "@rainhooks/webhook-testing/test-webhook";
import { projectFilesOf } from "create-rainhooks/templates.mjs";

// Below this package, where the code finds what it imports; Git and jest look into no folder of
// this name.
const PARENT = join(import.meta.dirname, "../../dist");

let folder = "";
beforeAll(async () => {
  await mkdir(PARENT, { recursive: true });
  folder = await mkdtemp(join(PARENT, "generated-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a new webhook for alerts, and runs its handler. */
async function generated(sink: string, secrets: Readonly<Record<string, string>> = {}) {
  const name = `to${sink}`;
  const at = join(folder, sink);
  await mkdir(at);
  for (const [path, text] of Object.entries(projectFilesOf({ name, sink, events: ["alert"] })))
    await writeFile(join(at, path), text);
  const load = (file: string) => import(pathToFileURL(join(at, file)).href);
  const { [name]: webhook }: Record<string, Webhook> = await load("webhook.ts");
  if (webhook === undefined) throw new Error("The definition has another name.");
  const running = await testWebhook(webhook, () => load("handler.ts") as Promise<HandlerModule>, {
    secrets,
  });
  return { webhook, running };
}

// At one time, as two alarms of a node in the same millisecond.
const ALERTS = [1, 2].map(() =>
  eventOf("rmaker.event.alert", { nodeId: "n1", atMs: 1_800_000_000_000 }),
);
const DONE = ALERTS.map(() => ({ outcome: "done" }));

test("a new webhook with a table keeps each event, also two of one moment", async () => {
  const { webhook, running } = await generated("dynamodb");
  expect(await running.run(ALERTS)).toEqual(DONE);
  const [use] = Object.values(webhook.resources);
  if (use?.kind !== "table") throw new Error("It has no table.");
  expect(await running.rowsOf(use.table)).toHaveLength(2);
  await running.stop();
});

test("a new webhook with a receiver sends each event", async () => {
  const receiver = await startReceiver();
  const { running } = await generated("http", { url: receiver.url });
  expect(await running.run(ALERTS)).toEqual(DONE);
  expect(receiver.requests.map(({ body }) => JSON.parse(body).data.nodeId)).toEqual(["n1", "n1"]);
  await running.stop();
  await receiver.stop();
});

test.each(["log", "none"])("a new webhook with the sink %s takes each event", async (sink) => {
  const { running } = await generated(sink);
  expect(await running.run(ALERTS)).toEqual(DONE);
  await running.stop();
});
