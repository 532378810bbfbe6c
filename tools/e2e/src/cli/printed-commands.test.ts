import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { rainhooks } from "@rainhooks/app-cli/program";

const ROOT = join(import.meta.dirname, "../../../..");
const CODE = "{apps,packages,extensions,infra}/**/*.{ts,tsx,mjs}";
const LEFT_OUT = /node_modules|\/(?:dist|bundle|testing)\/|\.(?:test|d)\.m?tsx?$/;
const COMMENT = /^\s*(?:\/?\*|\/\/).*$/gm;

/** What follows the name of the program: in texts, and in hints, which are shown with that name. */
const PRINTED = /(?:(?<=["'`\s(])rainhooks |\bcommand: ["'`])(?<typed>[a-z][^"'`\n]*)/g;
const SCRIPT = /npm run (?:-s )?(?<script>[a-z][\w:-]*)/g;
/** Where the command ends, and the sentence or its description goes on. */
const END = /[.,;:)](?:\s|$)|\s{2,}| [|&(]/;

const program = await rainhooks();
type Command = typeof program;
const scripts = [
  "package.json",
  "packages/create-rainhooks/templates/project/package.json",
].flatMap((path) => Object.keys(JSON.parse(readFileSync(join(ROOT, path), "utf8")).scripts));

/** Everything in the code that a pattern finds, with its file. */
function foundInCode(pattern: RegExp): [path: string, text: string][] {
  const paths = globSync(CODE, { cwd: ROOT }).filter((path) => !LEFT_OUT.test(`/${path}`));
  return paths.flatMap((path) => {
    const code = readFileSync(join(ROOT, path), "utf8").replaceAll(COMMENT, "");
    return [...code.matchAll(pattern)].map(({ groups }): [string, string] => [
      path,
      Object.values(groups ?? {}).join(""),
    ]);
  });
}

/** Returns what is wrong with a command; `undefined` if it can be typed. */
function mistakeIn(typed: string): string | undefined {
  const [command = "", ...words] = (typed.split(END)[0] ?? "").split(/\s+/);
  return mistakeBelow(program, [command, ...words]);
}

function mistakeBelow(command: Command, words: readonly string[]): string | undefined {
  const [word = "", ...rest] = words;
  const next = command.commands.find((one) => one.name() === word);
  if (next !== undefined) return mistakeBelow(next, rest);
  const isWord = /^[a-z][a-z-]*$/.test(word) && command.commands.length > 0;
  if (isWord || command === program) return `${command.name()} has no command ${word}`;
  const options = words.flatMap((one) => /^\[?(--[a-z][a-z0-9-]*)/.exec(one)?.[1] ?? []);
  // A group can have a command that needs no word.
  const known = [command, ...command.commands].flatMap((one) =>
    one.options.map(({ long }) => long),
  );
  const unknown = options.find((one) => one !== "--help" && !known.includes(one));
  return unknown === undefined ? undefined : `${command.name()} has no option ${unknown}`;
}

test("a command that a text of the program names can be typed", () => {
  const printed = foundInCode(PRINTED);
  expect(printed.length).toBeGreaterThan(100);
  const wrong = printed.flatMap(([path, typed]) => {
    const mistake = mistakeIn(typed);
    return mistake === undefined ? [] : [`${path}: ${typed}: ${mistake}`];
  });
  expect(wrong).toEqual([]);
});

test("a script that a text of the program names is there", () => {
  const named = foundInCode(SCRIPT);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(([, script]) => !scripts.includes(script))).toEqual([]);
});

test.each([
  ["filters", "rainhooks has no command filters"],
  ["rainmaker filter sync", "rainmaker has no command filter"],
  ["destinations try crm --form 1h", "try has no option --form"],
  ["destinations try crm --from 1h, and nothing --else", undefined],
  ["dlq --check   for a script: are there any?", undefined],
])("the mistake in %s is found", (typed, mistake) => {
  expect(mistakeIn(typed)).toBe(mistake);
});
