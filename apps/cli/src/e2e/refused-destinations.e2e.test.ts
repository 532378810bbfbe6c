import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { startTestStage } from "@rainhooks/app-local/testing";
import { mapLimited } from "@rainhooks/core";
import {
  addDestination,
  type DestinationSecrets,
  newSigningSecret,
  readSettings,
  settingsOfSecrets,
} from "@rainhooks/forwarding";
import { PRIVATE_HOSTS, startReceiver, type TestReceiver } from "@rainhooks/testing";
import { runCommand } from "../testing/run-command.ts";
import { type ForwardStage, startForwardStage } from "./forward-stage.ts";

const COMMANDS_AT_ONCE = 4;
/** Long ago, so that a test does not wait until the worker knows of a change. */
const ADDED_MS = 1_700_000_000_000;

describe("on a stage that may call only some addresses inside its network", () => {
  let running: ForwardStage;
  let inside: TestReceiver;
  beforeAll(async () => {
    running = await startForwardStage(["10.99.0.0/16"]);
    inside = await startReceiver();
  });
  afterAll(async () => {
    await inside.stop();
    await running.stop();
  });

  const rainhooks = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);

  const portOf = () => new URL(inside.url).port;

  /** Adds destinations without the checks of the command, as if an address had changed afterwards. */
  async function addAll(all: readonly (readonly [id: string, secrets: Partial<DestinationSecrets>])[]) {
    for (const [id, some] of all) {
      const secrets = {
        url: "https://8.8.8.8",
        signingSecrets: [{ secret: newSigningSecret() }],
        headers: {},
        ...some,
      };
      const settings = readSettings({ id, events: ["node_registered"], ...settingsOfSecrets(secrets) });
      await addDestination(running.stores, { settings, secrets }, ADDED_MS);
    }
  }

  async function expectRefused(ids: readonly string[]) {
    await mapLimited(ids, COMMANDS_AT_ONCE, async (id) => {
      const { code, out } = await rainhooks("destinations", "test", id, "--wait", "2m", "--json");
      const { outcome, error } = JSON.parse(out);
      expect([id, code, outcome, error]).toEqual([
        id,
        1,
        "failed",
        expect.stringMatching(/private or reserved/),
      ]);
    });
    expect(inside.requests).toEqual([]);
  }

  const HOSTS = [...PRIVATE_HOSTS.map(([, host]) => host), "localhost"];

  it("a test does not call them, in any spelling, nor by a name", async () => {
    await addAll(HOSTS.map((host, index) => [`url-${index}`, { url: `http://${host}:${portOf()}/hook` }]));
    await expectRefused(HOSTS.map((_, index) => `url-${index}`));
  });

  it("a test does not call them for a token either", async () => {
    const some = HOSTS.filter((_, index) => index % 6 === 0 || index === HOSTS.length - 1);
    const oauth2Of = (host: string) => ({
      ...{ tokenUrl: `http://${host}:${portOf()}/token`, clientId: "c", clientSecret: "s" },
    });
    await addAll(some.map((host, index) => [`token-${index}`, { oauth2: oauth2Of(host) }]));
    await expectRefused(some.map((_, index) => `token-${index}`));
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
    const { code, err } = await rainhooks("destinations", "add", "allowed", "--url", "http://10.99.1.2/hook");
    expect([code, err]).toEqual([0, ""]);
  });
});

it("a stage that does not forward says so in one line", async () => {
  const running = await startTestStage({ webhooks: [], workers: [], scheduled: [] });
  const crm = ["--url", "https://8.8.8.8"];
  for (const args of [
    ["ls"],
    ["add", "crm", ...crm],
    ["set", "crm", ...crm],
    ["rm", "crm"],
    ["test", "crm"],
  ]) {
    const { code, out, err } = await runCommand(["destinations", ...args, "--data", running.dataDir]);
    expect([args, code, out, err]).toEqual([
      ...[args, 3, ""],
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
