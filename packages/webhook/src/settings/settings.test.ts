import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, describe, expect, it, test } from "@jest/globals";
import { durationMs } from "@rainhooks/core/duration-text";
import { type Environment, readFunctionConfig } from "../config.ts";
import { defineWebhook } from "../define.ts";
import { fetchSecret } from "./fetch-secret.ts";
import { createSecret } from "./secret.ts";
import { type Setting, type Settings, settingVariable } from "./setting.ts";

const define = <const S extends Settings>(settings: S) =>
  defineWebhook({ name: "door-bell", description: "d", events: ["rmaker.event.alert"], settings });
const read = <const S extends Settings>(settings: S, environment: Environment = {}) =>
  readFunctionConfig(define(settings), { RAINHOOKS_STAGE: "dev", ...environment }).settings;

describe("settings", () => {
  it("settings have the type of their kind", () => {
    const values = read(
      {
        greeting: { kind: "text" },
        apiUrl: { kind: "url" },
        urgent: { kind: "flag" },
        patience: { kind: "duration" },
        rooms: { kind: "list" },
        volume: { min: 0, max: 10 },
      },
      {
        GREETING: " hello ",
        API_URL: "https://api.example.com/x?y=z",
        URGENT: "true",
        PATIENCE: "90s",
        ROOMS: "kitchen, hall,,",
        VOLUME: "7.5",
      },
    );
    const typed: {
      greeting: string;
      apiUrl: string;
      urgent: boolean;
      patience: number;
      rooms: readonly string[];
      volume: number;
    } = values;
    expect(typed).toEqual({
      greeting: "hello",
      apiUrl: "https://api.example.com/x?y=z",
      urgent: true,
      patience: 90_000,
      rooms: ["kitchen", "hall"],
      volume: 7.5,
    });
  });

  test.each([
    [{ kind: "flag" }, "TRUE", true],
    [{ kind: "flag" }, "False", false],
    [{ kind: "text" }, "a\tb", "a\tb"],
  ] as const)("settings of %j take %j", (setting, text, value) => {
    expect(read({ value: setting }, { VALUE: text })).toEqual({ value });
  });

  it("settings have their defaults where the stage sets nothing", () => {
    const settings = {
      greeting: { kind: "text", default: "hi" },
      apiUrl: { kind: "url", default: "https://a.example" },
      urgent: { kind: "flag", default: false },
      patience: { kind: "duration", default: "2h" },
      rooms: { kind: "list", default: ["hall"] },
      volume: { default: 5, min: 0, max: 10 },
    } as const;
    const expected = {
      greeting: "hi",
      apiUrl: "https://a.example",
      urgent: false,
      patience: 7_200_000,
      rooms: ["hall"],
      volume: 5,
    };
    expect(read(settings)).toEqual(expected);
    expect(read(settings, { GREETING: " ", VOLUME: "" })).toEqual(expected);
  });

  test.each<[string, Setting, string | undefined, string]>([
    ["a text that is missing", { kind: "text" }, undefined, "setting value (VALUE) is not set"],
    [
      "a text of two lines",
      { kind: "text" },
      "a\nb",
      "must be a text of one line, of up to 1024 characters",
    ],
    [
      "a text that is too long",
      { kind: "text", maxLength: 3 },
      "abcd",
      "must be a text of one line, of up to 3 characters",
    ],
    [
      "a URL of the wrong kind",
      { kind: "url" },
      "http://a.example/token",
      "must be a URL with https:, not http://a.example",
    ],
    [
      "no URL",
      { kind: "url", protocols: ["https", "mqtts"] },
      "a.example",
      "must be a URL with https: or mqtts:, not this text",
    ],
    ["a flag that is a number", { kind: "flag" }, "1", 'must be true or false, not "1"'],
    [
      "a time without a unit",
      { kind: "duration" },
      "30",
      'must be a duration from 0s to 365d, such as 30s, 5m, 2h or 7d, not "30"',
    ],
    [
      "a time that is too short",
      { kind: "duration", min: "10s" },
      "9s",
      "must be a duration from 10s to 365d",
    ],
    [
      "a time that is too long",
      { kind: "duration", max: "1h" },
      "61m",
      "must be a duration from 0s to 1h",
    ],
    [
      "a number that is too large",
      { min: 0, max: 10 },
      "11",
      'must be a number from 0 to 10, not "11"',
    ],
    [
      "a number below its minimum",
      { min: 0.0001, max: 1 },
      "0",
      "must be a number from 0.0001 to 1, not",
    ],
    [
      "a number that is a text",
      { min: 0, max: 10 },
      "five",
      'must be a number from 0 to 10, not "five"',
    ],
    ["a secret that is missing", { kind: "secret" }, undefined, "setting value (VALUE) is not set"],
  ])("settings refuse %s with the name of the setting", (_, setting, text, message) => {
    const start = () => read({ value: setting }, { VALUE: text });
    expect(start).toThrow(expect.objectContaining({ code: "config-invalid", permanent: true }));
    expect(start).toThrow(message);
  });

  it("settings never show the path or the query of a URL", () => {
    const start = () =>
      read({ hook: { kind: "url" } }, { HOOK: "http://hooks.example/T0/token?key=abc" });
    expect(start).toThrow("http://hooks.example");
    expect(start).not.toThrow(/token|abc/);
  });

  test.each<[string, string, Setting, string]>([
    ["a name with a dash", "a-b", { kind: "text" }, "its name must be letters and digits"],
    ["a variable of the stage", "queueUrl", { kind: "text" }, "QUEUE_URL is used already"],
    [
      "a variable of Lambda",
      "value",
      { kind: "text", env: "AWS_REGION" },
      "AWS_REGION cannot be an environment variable",
    ],
    [
      "a default that it would refuse",
      "value",
      { kind: "url", default: "http://a" },
      "its default must be a URL with https:",
    ],
    [
      "a number's default out of its range",
      "value",
      { default: 11, min: 0, max: 10 },
      "its default must be a number",
    ],
    ["a limit that is no time", "value", { kind: "duration", max: "soon" }, '"soon" is not a time'],
  ])("settings are refused in a definition for %s", (_, name, setting, message) => {
    expect(() => define({ [name]: setting })).toThrow(message);
  });

  it("settings cannot share a variable", () => {
    expect(() =>
      define({ apiKey: { kind: "text" }, other: { kind: "text", env: "API_KEY" } }),
    ).toThrow("settings.other: the environment variable API_KEY is used already");
  });

  test.each([
    ["retentionDays", "RETENTION_DAYS"],
    ["url", "URL"],
    ["x2Y", "X2_Y"],
  ])("setting %s is the variable %s", (name, variable) => {
    expect(settingVariable(name, { kind: "text" })).toBe(variable);
  });

  test.each([
    ["30s", 30_000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["7d", 604_800_000],
    ["0s", 0],
    ["1.5h", undefined],
    ["-1s", undefined],
    ["", undefined],
    ["s", undefined],
    ["9999999999s", undefined],
  ])("the time %j has %j milliseconds", (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });
});

describe("a secret", () => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  const file = join(folder, "secrets.env");
  const reference = `file:${file}#door-bell.token`;
  afterAll(() => rmSync(folder, { recursive: true }));

  it("a secret is read from the line of a file", async () => {
    writeFileSync(file, "# comment\n\nother=1\ndoor-bell.token = a=b \n");
    const { token } = read({ token: { kind: "secret" } }, { TOKEN: reference });
    expect(await token.get()).toBe("a=b");
  });

  it("a secret is never shown", async () => {
    const secret = createSecret({
      name: "token",
      reference,
      holds: "text",
      fetch: async () => "hidden",
    });
    expect(await secret.get()).toBe("hidden");
    expect([
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ secret }),
    ]).toEqual(["[secret]", '{"secret":"[secret]"}', "[secret]", "{ secret: [secret] }"]);
  });

  it("a secret is fetched once for all readers, again after five minutes, and again when it is forgotten", async () => {
    let nowMs = 0;
    let fetched = 0;
    const secret = createSecret({
      name: "token",
      reference,
      holds: "text",
      nowMs: () => nowMs,
      fetch: async () => `value ${++fetched}`,
    });
    expect(await Promise.all([secret.get(), secret.get()])).toEqual(["value 1", "value 1"]);
    nowMs = 299_999;
    expect(await secret.get()).toBe("value 1");
    nowMs = 300_000;
    expect(await secret.get()).toBe("value 2");
    secret.forget();
    expect(await secret.get()).toBe("value 3");
  });

  it("a secret is fetched again after a failure", async () => {
    let isThere = false;
    const fetch = async () => {
      if (!isThere) throw new Error("not yet");
      return "value";
    };
    const secret = createSecret({ name: "token", reference, holds: "text", fetch });
    await expect(secret.get()).rejects.toThrow("not yet");
    isThere = true;
    expect(await secret.get()).toBe("value");
  });

  test.each<[string, string, "text" | "url", string]>([
    ["nothing", " ", "text", "The secret token is empty. Set it at file:x#y."],
    [
      "something else than a URL",
      "hidden",
      "url",
      "The secret token is not a URL. Set it at file:x#y.",
    ],
  ])(
    "a secret that is %s cannot be used, and may be corrected",
    async (_, value, holds, message) => {
      const secret = createSecret({
        name: "token",
        reference: "file:x#y",
        holds,
        fetch: async () => value,
      });
      await expect(secret.get()).rejects.toMatchObject({
        code: "secret-unavailable",
        permanent: false,
        message,
      });
    },
  );

  test.each([
    [`file:${join(folder, "none")}#a`, "cannot be read: "],
    [`file:${file}#nothing`, "has no line nothing=…"],
    ["sk_live_abc", "The location of a secret must begin with ssm: or file:"],
  ])("a secret at %s is unavailable", async (place, message) => {
    await expect(fetchSecret(place)).rejects.toMatchObject({
      code: "secret-unavailable",
      permanent: false,
      message: expect.stringContaining(message),
    });
  });
});
