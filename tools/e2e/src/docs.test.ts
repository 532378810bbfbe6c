import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { questionsFor } from "@rainhooks/app-list/questions";
import { publishedNames } from "@rainhooks/core/catalog";
import { noMetrics, OLDEST_FAILED } from "@rainhooks/webhook/observe/metrics";
import { OWN_METRICS } from "./lists/metrics.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const ARCHITECTURE = read("docs/architecture.md");
const WORDS = read("docs/words.md");
const MAX_WORDS = 40;
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`),
].filter((path) => path.endsWith(".md"));

test.each([
  ["architecture", ARCHITECTURE],
  ["words", WORDS],
])("the page of the %s names files and folders that exist", (_, page) => {
  const paths = [...page.matchAll(/`((?:packages|apps|infra|extensions|tools)\/[^`<>]+)`/g)].map(
    ([, path = ""]) => path,
  );
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("the pages of questions, tools and events name all of them", () => {
  const missing = (page: string, names: readonly string[]) =>
    names.filter((name) => !read(page).includes(name));
  expect(
    missing(
      "docs/asking.md",
      questionsFor().map(({ path }) => path),
    ),
  ).toEqual([]);
  expect(
    missing(
      "docs/mcp.md",
      questionsFor().map(({ name }) => `\`${name}\``),
    ),
  ).toEqual([]);
  const types = publishedNames();
  expect(missing("docs/events.md", types)).toEqual([]);
});

test("the page of words says each once, and has few", () => {
  const words = [...WORDS.matchAll(/^\| \*\*([\w -]+)\*\*/gm)].map(([, word]) => word);
  expect(words.length).toBeGreaterThan(30);
  expect(words.length).toBeLessThanOrEqual(MAX_WORDS);
  expect(new Set(words).size).toBe(words.length);
  expect(WORDS).not.toMatch(/\balso:|second meaning/i);
});

describe("the page of the architecture", () => {
  /** Webhooks that a user has added are not on the page. */
  const list = read("apps/list/src/project-extensions.ts");
  const isAdded = (name: string) => list.includes(`"@rainhooks/app-${name}/`);

  test.each(["packages", "apps", "tools", "extensions"])(
    "the page of the architecture names everything in %s",
    (folder) => {
      // A folder without one is what was built on another branch.
      const file = folder === "extensions" ? "extension.ts" : "package.json";
      const names = readdirSync(join(ROOT, folder)).filter((name) =>
        existsSync(join(ROOT, folder, name, file)),
      );
      expect(
        names.filter((name) => !isAdded(name) && !new RegExp(`\\b${name}\\b`).test(ARCHITECTURE)),
      ).toEqual([]);
    },
  );
});

test("the index has each page once, in one of four sections", () => {
  const index = read("docs/README.md");
  expect([...index.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
    "Tutorials",
    "Guides",
    "Reference",
    "Explanation",
  ]);
  const listed = [...index.matchAll(/^- \[[^\]]+\]\(([^)]+)\)/gm)].map(
    ([, path = ""]) => `docs/${path}`,
  );
  const pages = PAGES.filter((path) => path.startsWith("docs/") && path !== "docs/README.md");
  expect(listed.toSorted()).toEqual([...pages, "docs/decisions/README.md"].toSorted());
});

test("the page of metrics has each metric that a function emits", () => {
  const page = read("docs/metrics.md");
  const names = [
    ...Object.keys(noMetrics()).filter((name) => name !== "Received"),
    "EventAge",
    OLDEST_FAILED,
    ...Object.values<string>(OWN_METRICS),
  ];
  const listed = [...page.matchAll(/^\| `(\w+)` +\| (?:count|milliseconds|seconds) /gm)].map(
    ([, name]) => name,
  );
  expect(listed.toSorted()).toEqual(names.toSorted());
});

/** Words of a sentence for which it is still read at once. */
const MAX_SENTENCE = 25;

test.each(PAGES)("sentences of %s are short", (page) => {
  expect(
    sentencesOf(read(page)).filter((one) => one.split(" ").filter(isWord).length > MAX_SENTENCE),
  ).toEqual([]);
});

/** The sentences of a page: code, tables and headings are none. */
function sentencesOf(page: string): string[] {
  const prose = page
    .replaceAll(/```[\s\S]*?```/g, "\n\n")
    .replaceAll(/^[|#].*$/gm, "")
    .replaceAll(/<[^>]+>/g, "");
  return prose.split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/).flatMap((block) =>
    block
      .replaceAll(/\s+/g, " ")
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/`[^`]*`/g, "C")
      .split(/(?<=[.!?:])\s+(?=[A-Z"*\d])/),
  );
}

function isWord(text: string): boolean {
  return /[\p{L}\d]/u.test(text);
}

test.each(PAGES)("links of %s lead to files and headings that exist", (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
  const wrong = links.filter(([, path = "", heading]) => {
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return heading !== undefined && target.endsWith(".md") && !headingsOf(target).includes(heading);
  });
  expect(wrong.map(([link]) => link)).toEqual([]);
});

/** The headings of a page, as GitHub names them in links. */
function headingsOf(page: string): string[] {
  return read(page)
    .split("\n")
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, "")
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, "")
        .replaceAll(" ", "-"),
    );
}
