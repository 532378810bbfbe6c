import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { queryApi } from "@rainhooks/app-list/query-api";
import { startTestStage } from "@rainhooks/app-local/testing/test-stage";
import { attemptsOfEvent } from "@rainhooks/extensions/forwarding/attempts/read-attempts";
import { addDestination } from "@rainhooks/extensions/forwarding/destinations/manage";
import { readSettings } from "@rainhooks/extensions/forwarding/destinations/read-settings";
import { settingsOfSecrets } from "@rainhooks/extensions/forwarding/destinations/settings-of-secrets";
import { sendAttempts } from "@rainhooks/extensions/forwarding/messages/send-attempts";
import { forwardingOf } from "@rainhooks/extensions/forwarding/operations/forwarding-of";
import { newSigningSecret } from "@rainhooks/extensions/forwarding/secrets/rotate";
import type { DestinationSecrets } from "@rainhooks/extensions/forwarding/secrets/secrets";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { eventually } from "@rainhooks/testing/eventually";
import { PRIVATE_HOSTS } from "@rainhooks/testing/private-hosts";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { deliveryOf } from "@rainhooks/testing/samples";
import { runCommand } from "../cli/testing/run-command.ts";
import { type ForwardStage, startForwardStage } from "./forward-stage.ts";

/** Long ago, so that a test does not wait until the worker knows of a change. */
const ADDED_MS = 1_700_000_000_000;
const HOSTS = [...PRIVATE_HOSTS.map(([, host]) => host), "localhost"];

describe("on a stage that may call only some addresses inside its network", () => {
  let running: ForwardStage;
  let inside: TestReceiver;
  beforeAll(async () => {
    running = await startForwardStage({ webhooks: ["archive"], allowed: ["10.99.0.0/16"] });
    inside = await startReceiver();
    // Without the checks of the command, as if an address had changed afterwards.
    for (const [index, host] of HOSTS.entries()) {
      await add(`url-${index}`, { url: `http://${host}:${portOf()}/hook` });
      const tokenUrl = `http://${host}:${portOf()}/token`;
      await add(`token-${index}`, { oauth2: { tokenUrl, clientId: "c", clientSecret: "s" } });
    }
  });
  afterAll(async () => {
    await inside.stop();
    await running.stop();
  });

  const rainhooks = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);

  const portOf = () => new URL(inside.url).port;

  async function add(id: string, some: Partial<DestinationSecrets>) {
    const signingSecrets = [{ secret: newSigningSecret() }];
    const secrets = { url: "https://8.8.8.8", signingSecrets, headers: {}, ...some };
    const settings = readSettings({
      id,
      events: ["node_registered"],
      ...settingsOfSecrets(secrets),
    });
    await addDestination(running.stores, { settings, secrets }, ADDED_MS);
  }

  test.each(["url", "token"])(
    "no %s is called there, in any spelling, nor by a name",
    async (kind) => {
      const { clients } = running.stage;
      const { log, queueUrl } = forwardingOf(await reachStage({ data: running.dataDir }));
      const send = sendAttempts({ client: async () => clients.sqs, queueUrl, nowMs: Date.now });
      const delivery = deliveryOf({
        event_type: "rmaker.event.alert",
        event_data: { node_id: "n", message_body: "m" },
      });
      const webhookId = `test_${kind}`;
      const common = { webhookId, attempt: 1, sentAtMs: Date.now(), delivery };
      expect(
        await send(HOSTS.map((_, index) => ({ ...common, destination: `${kind}-${index}` }))),
      ).toEqual([]);
      const attempts = await eventually(
        () => attemptsOfEvent(log, webhookId),
        (made) => made.length === HOSTS.length,
      );
      const called = attempts.filter(({ error = "" }) => !error.includes("private or reserved"));
      expect([called, inside.requests]).toEqual([[], []]);
    },
  );

  it("a test says so", async () => {
    const { code, out } = await rainhooks(
      "destinations",
      "test",
      `url-${HOSTS.indexOf("localhost")}`,
    );
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/^failed to http:.*\nerror .*private or reserved/),
    ]);
  });

  test.each(["127.0.0.1", "2130706433", "[::ffff:a9fe:a9fe]", "10.98.0.1", "localhost"])(
    "a destination at %s is not added, changed to, or asked for a token",
    async (host) => {
      const url = `http://${host}:${portOf()}/hidden-path`;
      const oauth2 = ["--oauth2", url, "--client-id", "c", "--client-secret-from", "env:PATH"];
      const results = await Promise.all([
        rainhooks("destinations", "add", "inside", "--url", url),
        rainhooks("destinations", "add", "inside", "--url", "https://8.8.8.8", ...oauth2),
        rainhooks("destinations", "set", "url-0", "--url", url),
        rainhooks("destinations", "set", "url-0", "--url", "https://8.8.8.8", ...oauth2),
      ]);
      for (const { code, out, err } of results) {
        expect([code, out]).toEqual([2, ""]);
        expect(err).toMatch(/private or reserved.* allowPrivate, a setting of the worker attempts/);
        expect(err.split("\n")).toHaveLength(1);
        expect(err).not.toContain("hidden-path");
      }
    },
  );

  it("a destination at an allowed address is added", async () => {
    const { code, err } = await rainhooks(
      "destinations",
      "add",
      "allowed",
      "--url",
      "http://10.99.1.2/hook",
    );
    expect([code, err]).toEqual([0, ""]);
  });
});

it("a stage that does not forward says so in one line", async () => {
  const running = await startTestStage({ functions: [queryApi] });
  const crm = ["--url", "https://8.8.8.8"];
  for (const args of [
    ["ls"],
    ["add", "crm", ...crm],
    ["set", "crm", ...crm],
    ["rm", "crm"],
    ["test", "crm"],
  ]) {
    const { code, out, err } = await runCommand([
      "destinations",
      ...args,
      "--data",
      running.dataDir,
    ]);
    expect([args, code, out, err]).toEqual([
      args,
      3,
      "",
      "Stage local does not forward events: its webhook forward is not deployed, or the stage has an older version.",
    ]);
  }
  const { code, err } = await runCommand(["attempts", "ls", "--data", running.dataDir]);
  expect([code, err]).toEqual([
    3,
    expect.stringMatching(/^Stage local has no table (attempts|destinations)\..*$/),
  ]);
  await running.stop();
});
