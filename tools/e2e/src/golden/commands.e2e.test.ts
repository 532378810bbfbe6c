import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { commandTree } from "@rainhooks/app-cli/docs/command-tree";
import { expectGolden } from "@rainhooks/testing/golden";
import { startMcpClient } from "../cli/testing/mcp-client.ts";
import { type CommandResult, runCommand, runProgram } from "../cli/testing/run-command.ts";
import { maskRunText } from "./masks.ts";
import { DESTINATIONS, factsOf, type PlayedStage, playStage } from "./played-stage.ts";

/** All commands, such as `destinations add`, without the words under which there are others. */
const COMMANDS = (await commandTree())
  .flatMap(({ name, commands }) => [name, ...commands.map((one) => one.name)])
  .filter((name, _, all) => !all.some((other) => other.startsWith(`${name} `)));

/** Commands that are not run with right input, and why. */
const NOT_RUN = new Map([
  ["start", "it starts a stage"],
  ["console", "it serves until it ends; its routes have golden files"],
  ["mcp", "an assistant uses it below"],
  ["stage ls", "it asks AWS"],
  ["replay cancel", "it needs one that takes long"],
  ["jobs cancel", "it needs one that takes long"],
  ["replay resume", "it needs one that was stopped"],
  ...["start", "switch", "back", "drop"].map(
    (name) => [`rebuild ${name}`, "it takes minutes"] as const,
  ),
]);

/** Those of a project with installed packages. Here they say so, whatever their arguments are. */
const OF_PROJECTS = /^(?:new-webhook|synth|new-stage|cost|[a-z]+-policy)\b/;
/** Those without the option for the stage's folder. */
const WITHOUT_STAGE = /^(?:start|docs|complete|stage ls|rainmaker (?!login|filters sync))\b/;

/** What is typed before something happens. */
const BEFORE = DESTINATIONS.map((one) => `destinations add ${one}`);
/**
 * What is typed then, in this order. `{name}` stands for what only this run knows, and `<<<` begins
 * standard input. After `~`, the lines of the output come in any order.
 */
const TYPED = readFileSync(join(import.meta.dirname, "typed.txt"), "utf8")
  .trim()
  .split("\n");

let stage: PlayedStage;
/** What only this run knows, by the names in braces. */
const known = new Map<string, string>();
/**
 * What was printed, by the first word of a command, and the exit codes of each command, with those
 * of its help.
 */
const printed = new Map<string, string[]>();
const codes = new Map<string, (number | null)[]>();

/** Runs a line, and keeps what it prints, with standard error after `!`. */
async function type(line: string): Promise<CommandResult> {
  const [typed = "", input = ""] = line.replace("~ ", "").split(" <<< ");
  const words = [...typed.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, word = ""]) => quoted ?? word,
  );
  const [group = ""] = words;
  const args = words.map((word) => word.replace(/\{(\w+)\}/g, (_, name) => known.get(name) ?? ""));
  const isBare = typed.endsWith("--help") || OF_PROJECTS.test(typed);
  if (!isBare && !WITHOUT_STAGE.test(typed)) args.push("--data", stage.dataDir);
  if (!isBare && group === "rainmaker")
    args.push("--credentials", join(stage.dataDir, "login.json"));
  const finished = await (group === "start" ? runProgram : runCommand)(args, input);
  const { code, out, err } = finished;
  const names = [...known].map(([name, value]) => [value, `<${name}>`] as const);
  const result = maskRunText(
    [out, err.replace(/^(?=.)/gm, "! ")].filter(Boolean).join("\n"),
    names,
  );
  const shown = line.startsWith("~") ? result.split("\n").sort().join("\n") : result;
  const text = [`$ rainhooks ${line}`, shown, code === 0 ? "" : `exit ${code}`]
    .filter(Boolean)
    .join("\n");
  printed.set(group, [...(printed.get(group) ?? []), text]);
  const command = COMMANDS.find((name) => `${typed} `.startsWith(`${name} `)) ?? "";
  codes.set(command, [...(codes.get(command) ?? []), code]);
  return finished;
}

beforeAll(async () => {
  stage = await playStage(async (started) => {
    stage = started;
    known.set("data", stage.dataDir).set("receiver", stage.receiverUrl);
    for (const line of BEFORE) await type(line);
  });
  for (const [name, value] of await factsOf(stage)) known.set(name, value);
});
afterAll(() => stage?.stop());

it("each command prints the known help, results and errors, with the known exit codes", async () => {
  for (const name of COMMANDS) await type(`${name} --help`);
  for (const line of TYPED) {
    if (line === "settle") {
      await stage.settle();
      continue;
    }
    const { out } = await type(line);
    const [, replay] = /^Replay (\S+) has started/m.exec(out) ?? [];
    if (replay !== undefined) known.set("replay", replay);
  }
  const mcp = await startMcpClient(["--data", stage.dataDir]);
  const { tools } = await mcp.client.listTools();
  await mcp.client.close();
  printed.get("mcp")?.push(...tools.map((tool) => JSON.stringify(tool, null, 1)));
  for (const [group, texts] of printed)
    expectGolden(join(import.meta.dirname, `commands/${group}.txt`), `${texts.join("\n\n")}\n`);
  // Each one is there with its help, with right and with wrong input.
  expect([...codes.keys()].sort()).toEqual(COMMANDS.toSorted());
  expect(COMMANDS.filter((name) => codes.get(name)?.[0] !== 0)).toEqual([]);
  const lacking = COMMANDS.filter((name) => !OF_PROJECTS.test(name)).flatMap((name) => {
    const [, ...rest] = codes.get(name) ?? [];
    const isRun = rest.includes(0) || NOT_RUN.has(name);
    return [
      ...(isRun ? [] : [`${name} with right input`]),
      ...(rest.some(Boolean) ? [] : [`${name} with wrong input`]),
    ];
  });
  expect(lacking).toEqual([]);
});
