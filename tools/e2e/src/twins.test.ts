import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { loadOperations } from "@rainhooks/app-list/operations";
import { questionsFor } from "@rainhooks/app-list/questions";
import { START_FLAGS } from "@rainhooks/app-local/start-flags";
import { StageSchema } from "@rainhooks/infra/config";
import type { Entries } from "@rainhooks/stack/config/values";
import type { Params } from "@rainhooks/stage/query/params/param";

/* What a field is when it is left out, and what it is for, stands in its table and nowhere else. */

const ROOT = join(import.meta.dirname, "../../..");

interface TableField {
  /** Where its default would stand again: other things have fields of the same name. */
  readonly within?: RegExp;
  readonly name: string;
  readonly fallback: unknown;
  readonly about?: string | undefined;
}

const ANYWHERE = /^(packages\/(stage|local|node-status|time-series)|apps|extensions)\//;
const OF_STACKS = /^(infra|packages\/stack|extensions)\//;

const ofParams = (params: Params): TableField[] =>
  Object.entries(params).map(([name, { fallback, description }]) => {
    return { name, fallback: fallback?.text ?? fallback?.value, about: description };
  });

const ofStage = (entries: Entries): TableField[] =>
  Object.entries(entries).flatMap(([name, value]) => [
    { name, fallback: "fallback" in value ? value.fallback : undefined, within: OF_STACKS },
    ...ofStage(value.entries ?? {}),
  ]);

async function tableFields(): Promise<TableField[]> {
  const questions = questionsFor(["read", "attempts"]).flatMap(({ params }) => ofParams(params));
  const operations = (await loadOperations()).flatMap(({ request }) => ofParams(request));
  const settings = SHIPPED.flatMap((one) => Object.entries(one.settings));
  return [
    ...questions,
    ...operations,
    ...ofParams(START_FLAGS),
    ...ofStage(StageSchema.entries),
    ...settings.map(([name, setting]) => {
      return {
        name,
        fallback: "default" in setting ? setting.default : undefined,
        about: setting.description,
      };
    }),
  ];
}

async function sources(): Promise<Map<string, string>> {
  const code = new Map<string, string>();
  for await (const path of glob("{packages,apps,extensions,infra}/**/*.{ts,tsx}", {
    cwd: ROOT,
    exclude: (path) =>
      /(^|\/)(node_modules|dist|bundle|bundle-maps|testing)$|\.test\.tsx?$/.test(String(path)),
  }))
    code.set(path, await readFile(join(ROOT, path), "utf8"));
  return code;
}

/** Returns what a default is in code; absent for what says little, such as 0, 1 and false. */
function literalOf(fallback: unknown): string | undefined {
  if (typeof fallback === "string" && fallback !== "")
    return `["'\`]${fallback.replace(/[^\w\s]/g, "\\$&")}["'\`]`;
  return typeof fallback === "number" && fallback > 1
    ? `(?:${fallback}|${fallback.toLocaleString("en-US").replaceAll(",", "_")})\\b`
    : undefined;
}

test("no default of a field stands in other code", async () => {
  const code = await sources();
  const twins = (await tableFields()).flatMap(({ name, fallback, within = ANYWHERE }) => {
    const literal = literalOf(fallback);
    if (literal === undefined) return [];
    const again = new RegExp(
      `\\b${name} (?:=|\\?\\?) ${literal}|@defaultValue \`?${literal}[^\\n]*\\n?\\s*(?:\\*/)?\\s*readonly ${name}\\b`,
    );
    return [...code].flatMap(([path, text]) =>
      within.test(path) && again.test(text) ? [`${path}: ${name}`] : [],
    );
  });
  expect([...new Set(twins)]).toEqual([]);
});

/** Shorter ones, such as "its name", are no sentence of their own. */
const MIN_LENGTH = 30;

test("no description of a field stands twice", async () => {
  const text = [...(await sources()).values()].join("\n");
  const abouts = (await tableFields()).flatMap(({ about }) => about ?? []);
  const twice = [...new Set(abouts)].filter(
    (about) => about.length >= MIN_LENGTH && text.split(about).length > 2,
  );
  expect(twice).toEqual([]);
});
