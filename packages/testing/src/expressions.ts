import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A regular expression of the source code. */
export interface SourceExpression {
  readonly place: string;
  readonly expression: RegExp;
}

const FILES = [
  "packages/*/src/**/*.{ts,tsx,mjs}",
  "apps/*/src/**/*.{ts,tsx}",
  "{infra,extensions}/**/*.{ts,tsx}",
];
/** Tests and benchmarks read nothing from outside. */
const LEFT_OUT = /\.test\.tsx?$|\/testing\/|node_modules|\/dist\/|^packages\/testing\//;
const COMMENT = /^\s*(?:\*|\/\/|\/\*).*$/gm;
/** A literal stands where a value can begin. */
const LITERAL =
  /(?<=(?:[=(,:[!&|?{};]|\breturn|^)\s{0,20})\/(?![*/\s])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/([dgimsuvy]{0,5})(?=[\s.,;)\]])/gm;

/** Returns the regular expressions of the product's source code. */
export function sourceExpressions(root: string): SourceExpression[] {
  const files = globSync(FILES, { cwd: root }).map((file) => file.replaceAll("\\", "/"));
  return files.filter((file) => !LEFT_OUT.test(file)).flatMap((file) => expressionsOf(root, file));
}

function expressionsOf(root: string, file: string): SourceExpression[] {
  const text = readFileSync(join(root, file), "utf8").replace(COMMENT, "");
  return [...text.matchAll(LITERAL)].map(([, source = "", flags]) => ({
    place: `${file}: /${source}/${flags}`,
    expression: new RegExp(source, flags),
  }));
}

const NO_WORDS = /\\[pP]\{[^}]*\}|\(\?<?[=!:]|\{\d+,?\d*\}|\\[bBdDsSwWnrtk]/g;

/** Returns the words and characters that an expression names. */
export function wordsOf({ source }: RegExp): string[] {
  const plain = source
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replace(NO_WORDS, " ");
  const words = plain.match(/[A-Za-z]{2,}/g) ?? [];
  const characters = [...plain].filter((one) => !/[\s()|^$?a-zA-Z]/.test(one));
  return [...new Set([...words, ...characters])];
}
