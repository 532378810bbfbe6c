import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "@jest/globals";
import { defineWebhook } from "@rainhooks/webhook/define";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { localSettings, refuseWrongSettings, withReaders, withSettings } from "./local-settings.ts";
import { readStartFlags } from "./start-flags.ts";

const folder = mkdtempSync(join(tmpdir(), "local-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));
const secretsFile = join(folder, "secrets.env");

const bell = defineWebhook({
  name: "door-bell",
  description: "d",
  events: ["rmaker.event.alert"],
  settings: { volume: { min: 0, max: 10, default: 5 }, url: { kind: "secret", holds: "url" } },
});
const plain = defineWebhook({ name: "plain", description: "d", events: ["rmaker.event.alert"] });
const setOf = (...texts: string[]) =>
  readStartFlags(texts.flatMap((text) => ["--set", text])).values.set;

function writeSecrets(text: string, mode = 0o600): void {
  writeFileSync(secretsFile, text);
  chmodSync(secretsFile, mode);
}

describe("settings of the local stage", () => {
  it("settings of the local stage are values of the command line, and places of secrets", () => {
    writeSecrets("# mine\ndoor-bell.url=http://localhost:3000/token\n");
    const settingsOf = localSettings({ set: setOf("door-bell.volume=7"), secretsFile });
    expect(settingsOf(bell)).toEqual({
      variables: { VOLUME: "7", URL: `file:${secretsFile}#door-bell.url` },
      mistakes: [],
    });
    expect(settingsOf(plain)).toEqual({ variables: {}, mistakes: [] });
  });

  it("settings of the local stage may be missing: the webhook is then left out, with a line that says what to do", () => {
    rmSync(secretsFile, { force: true });
    const options = { set: [], secretsFile };
    const { ready, lines } = withSettings([plain, bell], localSettings(options), options);
    expect(ready).toEqual([plain]);
    expect(lines).toEqual([
      `door-bell is not started: url is not set. --set door-bell.volume=… sets a value; secrets are lines of ${secretsFile}, such as door-bell.url=….`,
    ]);
  });

  it("settings of the local stage leave out a webhook too whose worker has none", () => {
    const calls = defineFunction({ trigger: "queue", name: "calls", description: "d" });
    const sender = defineWebhook({
      name: "sender",
      description: "d",
      events: ["rmaker.event.alert"],
      resources: {
        calls: { kind: "queue", env: "CALLS", queue: "calls", actions: ["sqs:SendMessage"] },
      },
    });
    expect(withReaders([plain, sender, calls])).toEqual({
      ready: [plain, sender, calls],
      lines: [],
    });
    expect(withReaders([plain, sender])).toEqual({
      ready: [plain],
      lines: ["sender is not started: it sends to calls, which does not run."],
    });
    const clock = defineFunction({
      trigger: "rate",
      everyMinutes: 1,
      name: "clock",
      description: "d",
      resources: {
        calls: { kind: "queue", env: "CALLS", queue: "calls", actions: ["sqs:GetQueueAttributes"] },
      },
    });
    expect(withReaders([plain, clock])).toEqual({ ready: [plain, clock], lines: [] });
  });

  it("settings of the local stage need a file of secrets that only the user can read", () => {
    writeSecrets("door-bell.url=x\n", 0o640);
    expect(() => localSettings({ set: [], secretsFile })).toThrow(`Run: chmod 600 ${secretsFile}`);
    writeSecrets("# mine\n\ndoor-bell.url=a=b\nhidden\n");
    const read = () => localSettings({ set: [], secretsFile });
    expect(read).toThrow(`Line 4 of ${secretsFile} is not a webhook, a setting and its value`);
    expect(read).not.toThrow("hidden");
  });

  test.each([
    [
      "an unknown webhook",
      "dor-bell.volume=1",
      "there is no function dor-bell. There are: plain, door-bell",
    ],
    [
      "an unknown setting",
      "door-bell.loud=1",
      "door-bell: loud is not a setting (known: volume, url)",
    ],
    ["a wrong value", "door-bell.volume=11", 'volume must be a number from 0 to 10, not "11"'],
    ["a secret", "door-bell.url=http://x/token", "url is a secret: write it into"],
  ])("settings of the local stage refuse %s", (_, text, message) => {
    const refuse = () => refuseWrongSettings({ set: setOf(text), secretsFile }, [plain, bell]);
    expect(refuse).toThrow(message);
    expect(refuse).not.toThrow(/token/);
  });

  it("settings of the local stage may be set for one of several settings", () => {
    expect(() =>
      refuseWrongSettings({ set: setOf("door-bell.volume=1"), secretsFile }, [plain, bell]),
    ).not.toThrow();
  });

  test.each(["door-bell", "door-bell.volume", "=1", "Door.x=1"])(
    "settings of the local stage refuse %j on the command line",
    (text) => {
      expect(() => setOf(text)).toThrow(
        "--set must be a setting and its value, such as door-bell.volume=7",
      );
    },
  );
});
