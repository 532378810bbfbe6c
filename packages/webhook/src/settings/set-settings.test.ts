import { describe, expect, it } from "@jest/globals";
import { setSettings } from "./set-settings.ts";
import type { Settings } from "./setting.ts";

const settings = {
  volume: { min: 0, max: 10, default: 5 },
  greeting: { kind: "text" },
  rooms: { kind: "list", default: [] },
  hook: { kind: "secret", holds: "url" },
} as const satisfies Settings;
const secretPlace = (name: string) => `ssm:/here/${name}`;
const set = (values: Record<string, string | number | readonly string[]>) =>
  setSettings(settings, { values: new Map(Object.entries(values)), secretPlace });

describe("the values of a stage", () => {
  it("the values of a stage become environment variables; what has a default may be missing", () => {
    expect(set({ greeting: "hi", rooms: ["a", "b"] })).toEqual({
      variables: { GREETING: "hi", ROOMS: "a,b", HOOK: "ssm:/here/hook" },
      mistakes: [],
    });
  });

  it("the values of a stage are all checked", () => {
    expect(set({ volume: 11, loud: "x" }).mistakes).toEqual([
      "loud is not a setting (known: volume, greeting, rooms, hook)",
      'volume must be a number from 0 to 10, not "11"',
      "greeting is not set",
    ]);
  });

  it("the values of a stage never contain a secret", () => {
    expect(set({ greeting: "hi", hook: "https://hooks.example/token" }).mistakes).toEqual([
      "hook is a secret: give its location, never its value",
    ]);
  });

  it("the values of a stage need a place for each secret", () => {
    const { mistakes } = setSettings(
      { hook: settings.hook },
      { values: new Map(), secretPlace: () => undefined },
    );
    expect(mistakes).toEqual(["hook is not set"]);
  });

  it("the values of a stage are refused for a function without settings", () => {
    const { mistakes } = setSettings({}, { values: new Map([["x", 1]]), secretPlace });
    expect(mistakes).toEqual(["x is not a setting (known: none)"]);
  });
});
