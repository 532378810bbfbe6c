import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../../..");
/** Not searched. */
const GENERATED = /(?:^|\/)(?:node_modules|dist|bundle|cdktf\.out|examples|pages)$/;

/** An example in the documentation of a package. */
export interface Example {
  /** Where it is; also the name of the file that it is written to. */
  readonly name: string;
  readonly code: string;
  /** The function, class or constant of which it is an example; `undefined` in a README. */
  readonly of: string | undefined;
  /** What it prints according to its comments: `console.log(1 + 1); // 2`. */
  readonly promised: readonly string[];
}

/** Reads the examples of the packages' READMEs: each block of TypeScript. */
export function readmeExamples(): Example[] {
  return filesIn("packages/*/README.md").flatMap(([place, readme]) =>
    [...readme.matchAll(/```ts\n(.*?)```/gs)].map(({ 1: code = "", index }) =>
      exampleOf(`${place}.${lineAt(readme, index)}`, code),
    ),
  );
}

/**
 * Reads the examples in comments of all code: the block of TypeScript after each `@example`.
 *
 * @throws {Error} for an `@example` that is not such a block.
 */
export function commentExamples(): Example[] {
  return filesIn("{packages,apps,infra}/**/*.{ts,tsx,mjs}").flatMap(([place, source]) =>
    examplesIn(place, source),
  );
}

/** The files of a pattern: the path with dots, and the text. */
function filesIn(pattern: string): [place: string, text: string][] {
  return globSync(pattern, { cwd: ROOT, exclude: (path) => GENERATED.test(path) })
    .sort()
    .map((path) => [path.replaceAll("/", "."), readFileSync(join(ROOT, path), "utf8")]);
}

/** From an `@example` up to the next tag or the end of the comment. */
const TAG = /^ *\* @example\b(.*?)(?=^ *\*(?:\/| @))/gms;
const BLOCK = /^\s*```ts\n(.*?)```\s*$/s;
/** From there on, the name of the function, class or constant that the comment is about. */
const NAME = /\*\/\s+export (?:async )?(?:function|class|const) (\w+)/;

function examplesIn(place: string, source: string): Example[] {
  return [...source.matchAll(TAG)].map(({ 1: text = "", index }) => {
    const name = `${place}.${lineAt(source, index)}`;
    const block = BLOCK.exec(text.replaceAll(/^ *\* ?/gm, ""));
    if (block === null)
      throw new Error(`${name}: write an @example as one block that starts with \`\`\`ts.`);
    return exampleOf(name, block[1] ?? "", NAME.exec(source.slice(index))?.[1]);
  });
}

function exampleOf(name: string, code: string, of?: string): Example {
  const promised = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, text = ""]) => text);
  return { name, code, of, promised };
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
