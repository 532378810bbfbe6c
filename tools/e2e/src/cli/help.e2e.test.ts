import { spawnSync } from "node:child_process";
import { describe, expect, it, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { runCommand } from "./testing/run-command.ts";

describe("the rainhooks command without a stage", () => {
  test.each<[string[], unknown]>([
    [
      ["nodes", "--o"],
      ["--offline", "--online", "--order"],
    ],
    [
      ["nodes", "--state", ""],
      ["offline", "online", "unknown"],
    ],
    [
      ["dlq", "show", ""],
      expect.arrayContaining(triggeredBy(SHIPPED, "topics", "queue").map(({ name }) => name)),
    ],
    [
      ["archive", "cat", "--event", "node_con"],
      ["node_connected", "node_config_changed"],
    ],
    [
      ["destinations", ""],
      [
        "ls",
        "show",
        "try",
        "test",
        "add",
        "set",
        "apply",
        "pause",
        "resume",
        "recover",
        "rotate-secret",
        "rm",
        "help",
      ],
    ],
    [
      ["destinations", "add", "crm", "--format", ""],
      ["event", "raw", "cloudevents", "cloudevents-binary"],
    ],
    [["destinations", "add", "crm", "--events", "ale"], ["alert"]],
    [
      ["attempts", "ls", "--state", ""],
      ["delivered", "failed"],
    ],
    [
      ["archive", ""],
      ["ls", "cat", "query", "help"],
    ],
  ])("the command completes %j", async (words, expected) => {
    const { code, out } = await runCommand(["complete", "--", ...words]);
    const offered = out.split("\n").filter((line) => !line.startsWith(":"));
    expect([code, offered.map((line) => line.split("\t")[0])]).toEqual([0, expected]);
  });

  it("the command prints a completion script for each shell", async () => {
    for (const shell of ["bash", "zsh", "fish", "powershell"]) {
      const { code, out } = await runCommand(["complete", shell]);
      expect([shell, code]).toEqual([shell, 0]);
      expect(out).toContain("rainhooks");
    }
  });

  it("the command prints a script for bash that a shell can load twice", async () => {
    const { out } = await runCommand(["complete", "bash"]);
    const loaded = spawnSync("bash", ["--norc", "-ec", `${out}\n${out}\necho loaded`], {
      encoding: "utf8",
      // Of a language that the machine does not have, bash would say so.
      env: { ...process.env, LC_ALL: "C" },
    });
    expect([loaded.status, loaded.stderr, loaded.stdout]).toEqual([0, "", "loaded\n"]);
  });

  it("the command prints help for itself and every command, and exits with 0", async () => {
    const { code, out, err } = await runCommand(["--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Exit codes: 0 done");
    for (const command of [
      ["nodes"],
      ["series"],
      ["archive", "query"],
      ["dlq", "redrive"],
      ["destinations", "add"],
      ["attempts", "ls"],
    ]) {
      const help = await runCommand([...command, "--help"]);
      expect([help.code, help.out]).toEqual([0, expect.stringContaining("\n  rainhooks ")]);
    }
    expect((await runCommand(["--version"])).out).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
