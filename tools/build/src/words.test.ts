import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@jest/globals";
import { ROOT } from "./lambda-node.mjs";

/**
 * Words that mean something of their own here, and the folders in which names may have them. What
 * else a name needs has a word of the field: a stage, a result, a time range, a batch.
 */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  cut: ["extensions/forwarding/outbox"],
  head: ["extensions/forwarding/outbox"],
  lane: ["extensions/forwarding/outbox"],
  claim: ["extensions/forwarding/attempts", "extensions/forwarding/outbox"],
  settle: ["extensions/forwarding/worker"],
  missed: ["extensions/forwarding"],
  widen: ["extensions/forwarding/pauses"],
  episode: ["extensions/alarms"],
  heard: ["extensions/alarms"],
  mark: ["extensions/alarms"],
  notice: ["extensions/alarms"],
  pass: ["extensions/alarms/sweep"],
  span: ["extensions/alarms"],
  turn: ["extensions/forwarding"],
  // The person or the device whose data are erased, as laws call them.
  subject: ["extensions/privacy", "packages/filter"],
  lease: ["extensions/repair", "packages/stage/src/operate/replay", "packages/stage/src/rounds"],
  round: ["packages/stage/src/rounds", "packages/webhook", "apps/rounds", "infra/src/watching"],
  handled: ["packages/stage/src/rounds", "packages/webhook"],
  partition: ["extensions/repair/work", "packages/dynamodb"],
  spool: ["extensions/repair/verify"],
  // A part of a whole, in percent.
  share: ["extensions/capacity"],
  ...Object.fromEntries(
    [
      "reached",
      "letter",
      "held",
      "judged",
      "verdict",
      "piece",
      "quiet",
      "seen",
      "excused",
      "taken",
      "begun",
      "given",
      "wanted",
      "shown",
      "kept",
      "made",
      "known",
      "found",
      "asked",
      "own",
    ].map((word) => [word, []]),
  ),
};

/** Terms of the field that have one of them. */
const TERMS: ReadonlySet<string> = new Set(["dead letter", "last seen", "not found"]);

/** Files with code that is no test. */
const FILES = globSync("{packages,apps,extensions,tools,infra}/**/*.{ts,tsx}", {
  cwd: ROOT,
  exclude: (path) => /(?:^|\/)(?:node_modules|dist|bundle|testing|e2e)$/.test(path),
})
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !/\.test\.tsx?$|\.d\.ts$/.test(path))
  .sort();

const EXPORTED =
  /^export (?:async )?(?:declare )?(?:interface|type|(?:abstract )?class|function\*?|const|let) (\w+)/gm;

/**
 * Returns the words of a name such as `cutLane`, `CLAIM_MS` or `plan-cut`, in lower case and
 * singular.
 */
function wordsOf(name: string): string[] {
  return [...name.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)].map(([word]) =>
    word.toLowerCase().replace(/^(\w{2,}[^s])s$/, "$1"),
  );
}

/** Returns the words of a name that it may not have in a file. */
function privateWordsOf(path: string, name: string): string[] {
  return wordsOf(name).filter(
    (word, index, all) =>
      !TERMS.has(`${all[index - 1]} ${word}`) &&
      Object.hasOwn(FOLDERS, word) &&
      FOLDERS[word]?.every((folder) => !path.startsWith(`${folder}/`)),
  );
}

test("a word with a meaning of its own is in the names of its folder alone", () => {
  expect(FILES.length).toBeGreaterThan(900);
  const named = FILES.flatMap((path) => {
    const exported = [...readFileSync(join(ROOT, path), "utf8").matchAll(EXPORTED)];
    const file = basename(path).replace(/\.tsx?$/, "");
    return [file, ...exported.map(([, name = ""]) => name)]
      .filter((name) => privateWordsOf(path, name).length > 0)
      .map((name) => `${path} ${name}`);
  });
  expect(named).toEqual([]);
});

test("words of names are found, also in capitals and in the plural", () => {
  expect(privateWordsOf("packages/a/b.ts", "planCuts")).toEqual(["cut"]);
  expect(privateWordsOf("packages/a/b.ts", "CLAIM_MS")).toEqual(["claim"]);
  expect(privateWordsOf("packages/a/b.ts", "known-rules")).toEqual(["known"]);
  expect(privateWordsOf("extensions/forwarding/outbox/b.ts", "LaneHead")).toEqual([]);
  expect(privateWordsOf("packages/a/b.ts", "DEAD_LETTERS")).toEqual([]);
  expect(privateWordsOf("packages/a/b.ts", "ownership")).toEqual([]);
});
