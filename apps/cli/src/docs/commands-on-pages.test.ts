import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { describe, expect, test } from "@jest/globals";
import { rainhooks } from "../program.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
    .map((name) => `docs/${name}`),
];
/** In code, at the beginning of a line or of a span. */
const TYPED = /(?:^ *|`)(?:npm run -s rainhooks --|(?:npx )?rainhooks) ([a-z][^`\n]*)/gm;
/** Commands of a project, which read their own arguments. */
const PASSED_ON = new Set(["start", "new-webhook", "synth", "cost", "new-stage"]);

const program = await rainhooks();

/** Returns what is wrong with a command as a page shows it. */
function mistakeIn(typed: string): string | undefined {
  // A comment follows after # or after spaces.
  const words = typed
    .replace(/(?: #|(?<=\S) {2,}).*$/, "")
    .trim()
    .split(/\s+/);
  let at: CommandUnknownOpts = program;
  while (words[0] !== undefined) {
    const next = at.commands.find(
      (one) => one.name() === words[0] || one.aliases().includes(words[0] ?? ""),
    );
    if (next === undefined) break;
    at = next;
    words.shift();
  }
  if (at === program)
    return words[0] === "help" ? undefined : `${typed}: there is no command ${words[0]}`;
  if (PASSED_ON.has(at.name())) return undefined;
  // A group takes commands, and no arguments of its own.
  const [first] = words;
  if (at.commands.length > 0 && first !== undefined && /^[a-z]+$/.test(first) && first !== "help")
    return `${typed}: there is no command ${first}`;
  const takes = [at, ...at.commands].some(
    ({ registeredArguments }) => registeredArguments.length > 0,
  );
  if (!takes && first !== undefined && /^[\w<]/.test(first))
    return `${typed}: there is no argument ${first}`;
  // Without a word, a group runs one of its commands.
  const known = [at, ...at.commands].flatMap(({ options }) => options.map(({ long }) => long));
  const unknown = words.find(
    (word) => /^--[a-z]/.test(word) && !known.includes(word.replace(/=.*$/, "")),
  );
  return unknown === undefined || unknown === "--help"
    ? undefined
    : `${typed}: there is no option ${unknown}`;
}

describe("commands on the pages exist, with their options", () => {
  test("there are many", () => {
    const all = PAGES.flatMap((page) => [
      ...readFileSync(join(ROOT, page), "utf8").matchAll(TYPED),
    ]);
    expect(all.length).toBeGreaterThan(300);
  });

  test.each(PAGES)("%s", (page) => {
    const text = readFileSync(join(ROOT, page), "utf8");
    const found = [...text.matchAll(TYPED)].map(([, typed = ""]) => typed);
    expect(found.flatMap((typed) => mistakeIn(typed) ?? [])).toEqual([]);
  });

  test("a wrong command and a wrong option are noticed", () => {
    expect(mistakeIn("nods --offline")).toContain("no command nods");
    expect(mistakeIn("nodes --ofline")).toContain("no option --ofline");
    expect(mistakeIn("destinations pasue crm")).toContain("no command pasue");
    expect(mistakeIn("dlq ls neo-events")).toContain("no argument neo-events");
    expect(mistakeIn("nodes --offline")).toBeUndefined();
  });
});
