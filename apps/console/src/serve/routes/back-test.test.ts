import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Commands } from "../commands.ts";
import { backTest } from "./back-test.ts";

/** A program that prints a result as `watch test --json` does, with its arguments and input in it; `wait` in the rule's name lets it wait. */
const PROGRAM = `
let input = "";
for await (const part of process.stdin) input += part;
if (input.includes("wait")) setInterval(() => {}, 1000);
else {
  const alarm = (index) => ({ alarmId: "id", nodeId: "n" + index, startMs: index, raisedMs: index, rule: "r" });
  console.log(JSON.stringify({
    fromMs: 1, toMs: 9, deliveries: 3, unreadable: 0, filtered: 0, reachedMs: 5,
    load: { alarms: 60, nodes: 60, perDay: 2, mostInTenMinutes: 4, floodShare: 0, args: process.argv.slice(2), input },
    alarms: Array.from({ length: 60 }, (_, index) => alarm(index)),
  }, undefined, 2));
}
`;

describe("a back-test on the page", () => {
  let folder: string;
  let commands: Commands;
  const never = new AbortController().signal;
  const rule = (fields: object) => JSON.stringify({ name: "try", ...fields });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "back-test-"));
    const program = join(folder, "program.mjs");
    await writeFile(program, PROGRAM);
    commands = new Commands({ program, stage: ["--stage=dev"] });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("is what the command says, with the first alarms, and up to when it has read", async () => {
    const offline = rule({ kind: "offline", for: "5m" });
    const { shown, ...answer } = await backTest(commands, offline, "7d", never);
    expect(answer).toEqual({
      ...{ fromMs: 1, toMs: 9, reachedMs: 5, deliveries: 3 },
      ...{ alarms: 60, nodes: 60, perDay: 2, mostInTenMinutes: 4, floodShare: 0 },
    });
    expect(shown).toHaveLength(50);
    expect(shown[1]).toEqual({ nodeId: "n1", startMs: 1, raisedMs: 1 });
  });

  it("runs no command for what is no rule, and ends when nobody waits for it", async () => {
    await expect(backTest(commands, rule({ kind: "offline" }), "1d", never)).rejects.toMatchObject({
      code: "rules-invalid",
      message: "Rule try: the field for is missing.",
    });
    const end = new AbortController();
    const waiting = backTest(
      commands,
      '{ "name": "wait", "kind": "offline", "for": "5m" }',
      "1d",
      end.signal,
    );
    end.abort();
    await expect(waiting).rejects.toMatchObject({ message: "The command was stopped." });
  });
});
