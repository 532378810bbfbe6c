import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGES = join(import.meta.dirname, "../../../../packages");

/** An example in the documentation of a package. */
export interface Example {
  /** Where it is; also the name of the file that it is written to. */
  readonly name: string;
  readonly code: string;
  /** What it prints according to its comments: `console.log(1 + 1); // 2`. */
  readonly promised: readonly string[];
}

/** Reads the examples of the packages' READMEs: each block of TypeScript. */
export async function readmeExamples(): Promise<Example[]> {
  const examples: Example[] = [];
  for (const name of await readdir(PACKAGES)) {
    const readme = await readFile(join(PACKAGES, name, "README.md"), "utf8").catch(() => "");
    for (const { 1: code = "", index } of readme.matchAll(/```ts\n(.*?)```/gs)) {
      examples.push(exampleOf(`${name}.README.${lineAt(readme, index)}`, code));
    }
  }
  return examples;
}

/**
 * Reads the examples in the comments of the packages' code: the block of TypeScript after each `@example`.
 *
 * @throws {Error} for an `@example` that is not such a block.
 */
export async function commentExamples(): Promise<Example[]> {
  const examples: Example[] = [];
  for (const name of await readdir(PACKAGES)) {
    const folder = join(PACKAGES, name, "src");
    for (const file of (await readdir(folder, { recursive: true })).sort()) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const source = await readFile(join(folder, file), "utf8");
      examples.push(...examplesIn(`${name}.${file.slice(0, -".ts".length).replaceAll("/", ".")}`, source));
    }
  }
  return examples;
}

/** From an `@example` up to the next tag or the end of the comment. */
const TAG = /^ *\* @example\b(.*?)(?=^ *\*(?:\/| @))/gms;
const BLOCK = /^\s*```ts\n(.*?)```\s*$/s;

function examplesIn(name: string, source: string): Example[] {
  return [...source.matchAll(TAG)].map(({ 1: text = "", index }) => {
    const place = `${name}.${lineAt(source, index)}`;
    const block = BLOCK.exec(text.replaceAll(/^ *\* ?/gm, ""));
    if (block === null)
      throw new Error(`${place}: write an @example as one block that starts with \`\`\`ts.`);
    return exampleOf(place, block[1] ?? "");
  });
}

function exampleOf(name: string, code: string): Example {
  const promised = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, text = ""]) => text);
  return { name, code, promised };
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
