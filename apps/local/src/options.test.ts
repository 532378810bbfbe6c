import { resolve } from "node:path";
import { describe, expect, it, test } from "@jest/globals";
import { flagOf } from "@rainhooks/stage/commands/options";
import { UsageMistake, usageOf } from "@rainhooks/stage/commands/usage.mjs";
import { readOptions } from "./options.ts";
import { readStartFlags, refuseUnknown, START_FLAGS } from "./start-flags.ts";

describe("the flags for development", () => {
  it("the flags for development have defaults: all webhooks, no watch, nothing outside", () => {
    expect(readOptions([], {})).toMatchObject({
      webhooks: undefined,
      watch: false,
      allowOutside: false,
      namesFleet: false,
    });
  });

  it("the flags for development are read", () => {
    const args = ["--webhooks", "door-bell, hello", "--watch", "--allow-outside"];
    expect(readOptions(args, {})).toMatchObject({
      webhooks: ["door-bell", "hello"],
      watch: true,
      allowOutside: true,
    });
  });

  test.each([["--events"], ["--nodes"]])(
    "the flags for development know that %s asks for a fleet",
    (flag) => {
      expect(readOptions([flag, "5"], {}).namesFleet).toBe(true);
    },
  );

  it("name the data folder; without --data a variable does", () => {
    const variables = { RAINHOOKS_DATA: "/data/of-variable", INIT_CWD: "/from" };
    expect(readOptions([], variables).dataDir).toBe("/data/of-variable");
    expect(readOptions(["--data", "here"], variables).dataDir).toBe("/from/here");
    expect(readOptions([], { RAINHOOKS_DATA: "" }).dataDir).toBe(resolve(".rainhooks"));
  });

  test.each([
    [["--webhooks", ""], "--webhooks must have 1 to 100 texts."],
    [["--webhooks", "../a"], "must be names of functions"],
    [["--watch", "--exit"], "--exit cannot be used with --watch"],
    [["--source", "Neo"], "--source must be the name of a source, such as classic."],
    [["--source", "neo", "--casing", "snake"], "--casing cannot be used with --source neo"],
  ])("the flags for development refuse %j", (args, message) => {
    expect(() => readStartFlags(args)).toThrow(message);
    expect(() => readStartFlags(args)).toThrow(UsageMistake);
  });

  test.each([
    [["--events", "-1"], "whole number"],
    [["--port", "70000"], "whole number from 0 to 65,535"],
    [["--duplicates", "2"], "number from 0 to 0.5"],
    [["--duplicates", "0.5", "--undecodable", "0.5"], "together must not be more than 0.9"],
    [["--data", ""], "--data must be a text of 1 to 4096 characters."],
    [["extra"], "There is no argument extra."],
  ])("the flags of a stage refuse %j", (args, message) => {
    expect(() => readStartFlags(args)).toThrow(message);
    expect(() => readStartFlags(args)).toThrow(UsageMistake);
  });

  it("the flags for development are in the usage that is printed before anything is installed", () => {
    const flags = Object.entries(START_FLAGS).map(
      ([name, { placeholder }]) =>
        `[${flagOf(name)}${placeholder === undefined ? "" : ` <${placeholder}>`}]`,
    );
    expect(usageOf("start")).toContain(` -- ${flags.join(" ")}\n`);
  });

  it("the flags for development refuse unknown webhooks, and list the known ones", () => {
    expect(() =>
      refuseUnknown("--webhooks", ["hello", "dor-bell"], ["hello", "door-bell"]),
    ).toThrow("--webhooks: there is no webhook dor-bell. There are: hello, door-bell");
    expect(() => refuseUnknown("--webhooks", undefined, [])).not.toThrow();
    expect(() => refuseUnknown("--webhooks", ["hello"], ["hello"])).not.toThrow();
  });
});
