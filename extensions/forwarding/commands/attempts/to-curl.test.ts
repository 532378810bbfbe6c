import { execFileSync } from "node:child_process";
import { describe, expect, it, test } from "@jest/globals";
import { toCurl } from "./to-curl.ts";

describe("a command", () => {
  const run = (command: string, variables: Record<string, string>) =>
    execFileSync("bash", ["--norc", "-c", `printf '%s\\0' ${command}`], { encoding: "utf8", env: variables })
      .split("\0")
      .slice(0, -1);

  test.each(["it's", "$(touch x)", "`touch x`", '"; touch x #', "a\\", "!!", "a\nb\tc", "ü €", "*", ""])(
    "contains %j as it is, and a secret as a variable",
    (value) => {
      const headers = { "x-a": value, "1-b": "***", authorization: "***" };
      const { command, variables } = toCurl({ method: "POST", url: "https://a.example", headers }, value);
      expect(variables).toEqual(["URL_PATH", "_1_B", "AUTHORIZATION"]);
      expect(command).not.toContain("***");
      const set = { URL_PATH: "/hooks/$x", _1_B: "b b", AUTHORIZATION: "Basic `x`" };
      expect(run(command, set)).toEqual([
        ...["curl", "-X", "POST", "https://a.example/hooks/$x"],
        ...["-H", `x-a: ${value}`, "-H", "1-b: b b", "-H", "authorization: Basic `x`"],
        ...["--data-binary", value],
      ]);
    },
  );

  it("contains no control character as it stands, and reads a body that is not known from a file", () => {
    const { command } = toCurl({ method: "POST", url: "https://a.example", headers: { "x-a": "\u001b[2J" } });
    expect(command).not.toMatch(/[^\P{Cc}\n]/u);
    expect(run(command, {})).toEqual([
      ...["curl", "-X", "POST", "https://a.example", "-H", "x-a: \u001b[2J", "--data-binary", "@body.json"],
    ]);
  });
});
