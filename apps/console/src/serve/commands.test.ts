import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core";
import { eventually } from "@rainhooks/testing";
import { Commands } from "./commands.ts";

/** A program that prints its arguments, or does what the first one says. */
const PROGRAM = `
const [word] = process.argv.slice(2);
if (word === "wait") setInterval(() => {}, 1000);
if (word !== "json") console.log(word === "wait" ? "waits" : JSON.stringify(process.argv.slice(2)));
if (word === "hostile") console.log("\\u001b[31mred\\u202e" + "x".repeat(10000));
if (word === "refuse") { console.error("Looking.\\nNo such thing. Look again."); process.exitCode = Number(process.argv[3]); }
if (word === "fail") process.exitCode = 1;
if (word === "json") { console.error("Reading."); process.stdin.pipe(process.stdout); }
process.on("SIGINT", () => { console.log("interrupted"); process.exit(1); });
`;

describe("commands of the page", () => {
  let folder: string;
  let commands: Commands;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "commands-"));
    const program = join(folder, "program.mjs");
    await writeFile(program, PROGRAM);
    commands = new Commands({ program, stage: ["--stage=dev"] });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("get their arguments as they are, after the stage, and nothing that begins with a dash becomes an option", async () => {
    const line = { words: ["replay", "plan"], options: ["--from=$(id) 'x'"], args: ["--yes"] };
    expect(JSON.parse(await commands.run(line))).toEqual([
      "replay",
      "plan",
      "--from=$(id) 'x'",
      "--stage=dev",
      "--",
      "--yes",
    ]);
  });

  it("say what they have refused, in one line, with its kind", async () => {
    const refused = (code: string) => commands.run({ words: ["refuse", code] });
    await expect(refused("2")).rejects.toMatchObject({ code: "input-invalid", message: REFUSAL });
    await expect(refused("3")).rejects.toMatchObject({ code: "not-found", message: REFUSAL });
    await expect(refused("1")).rejects.toMatchObject({ code: "event-refused", message: REFUSAL });
    await expect(commands.start({ words: ["refuse", "2"] })).rejects.toMatchObject({ message: REFUSAL });
    await expect(commands.run({ words: ["fail"] })).rejects.toMatchObject({
      message: '["fail","--stage=dev","--"]',
    });
  });

  it("read what they are given, and can be stopped", async () => {
    const json = { words: ["json"], input: `{ "name": "${"x".repeat(5000)}" }` };
    expect(await commands.run(json)).toMatch(/x{4000}" }$/);
    expect(await commands.result(json, { maxOutput: 10_000 })).toEqual({ name: "x".repeat(5000) });
    await expect(commands.result(json, {})).rejects.toMatchObject({
      message: "The result of rainhooks json is too large.",
    });
    const end = new AbortController();
    const waiting = commands.result({ words: ["wait"] }, { signal: end.signal });
    end.abort();
    await expect(waiting).rejects.toMatchObject({
      code: "input-invalid",
      message: "The command was stopped.",
    });
    const why = new RainhooksError("input-invalid", "It took too long.");
    await expect(commands.result({ words: ["wait"] }, { signal: AbortSignal.abort(why) })).rejects.toBe(why);
  });

  it("are listed with the end of what they have printed, without control characters", async () => {
    await commands.start({ words: ["hostile"], args: ["erp"], options: ["--yes"] });
    const [run] = commands.list();
    expect(run).toMatchObject({ text: "rainhooks hostile erp --yes", code: 0 });
    expect(run?.output.length).toBeLessThanOrEqual(4096);
    for (const one of ["\u001b", "\u202e"]) expect(run?.output).not.toContain(one);
  });

  it("go on when they take long, and end with the console", async () => {
    await commands.start({ words: ["wait"] });
    await eventually(
      () => commands.list()[0],
      (run) => run?.output === "waits",
    );
    expect(commands.list()[0]).not.toHaveProperty("code");
    await commands.stop();
    await eventually(
      () => commands.list()[0],
      (run) => run?.code === 1 && run.output === "waits\ninterrupted",
    );
  });

  it("are not there if the console was started without them", async () => {
    const none = new Commands(undefined);
    expect([none.canRun, none.list()]).toEqual([false, []]);
    await expect(none.run({ words: ["count"] })).rejects.toMatchObject({ code: "input-invalid" });
    await none.stop();
  });
});

const REFUSAL = "No such thing. Look again.";
