import fc from "fast-check";
import { EVENT_SAMPLES } from "./event-samples.ts";

/**
 * JSON text that is inserted into a body unchanged, for content that `JSON.stringify` cannot
 * produce.
 */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Tree = unknown;

const deep = (open: string, close: string, levels: number) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

/** Replacements for any value: limits from both sides, and names of members of Object.prototype. */
const FRAGMENTS: readonly string[] = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "-1",
  "1.5",
  "{}",
  "[]",
  "[null]",
  '""',
  '" "',
  "[[]]",
  "[{}]",
  "1e400",
  "-1e400",
  "1e308",
  "5e-324",
  "9007199254740991",
  "9007199254740993",
  "123456789012345678901",

  "253402300799999",
  "253402300800000",
  "8640000000000000",
  "8640000000000001",
  "99999999999",
  "100000000000",
  '"1e400"',
  '"0x10"',
  '"9007199254740993"',
  '"-0"',
  '"NaN"',
  '"Infinity"',
  '"1700000000"',
  '"2021-02-30T00:00:00+01:00"',
  '"2021-12-31T23:59:60Z"',
  '"13-01-2021 00:00:00"',
  '"<timestamp>"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"hasOwnProperty"',
  '"a#b"',
  '"a b/c"',
  '"../../x"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '"\\ud800"',
  '"\\udc00x"',
  '"\\u0000\\u0007\\u001b[2J"',
  '"\\uffff"',
  '"\u{1f600} ünö €"',
  '"\\t"',

  deep("[", "]", 63),
  deep("[", "]", 65),
  deep("[", "]", 5000),
  deep('{"a":', "}", 40),
  deep('{"a":', "}", 5000),

  JSON.stringify(deep("[", "]", 5000)),
  JSON.stringify("{".repeat(10_000)),
  JSON.stringify('{"a":1e400}'),
  ...[300, 1100, 2100, 70_000, 420_000].map((length) => `"${"x".repeat(length)}"`),
  `"${"€".repeat(140_000)}"`,
  `[${Array.from({ length: 5000 }, (_, index) => index).join(",")}]`,
];

/** Surrogates are no characters. */
const FIRST_SURROGATE = 0xd8_00;
const SURROGATES = 0x8_00;
const codePoint = (max: number) =>
  fc
    .integer({ min: 0, max: max - SURROGATES })
    .map((index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES));

/**
 * Any character. The `unit: "binary"` of fast-check is a list of all: for each process that uses
 * it, 85 MB and most of a second.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCodePoint(code)),
  codePoint(0xff_ff),
  codePoint(0x10_ff_ff),
);

const fragment = fc.constantFrom(...FRAGMENTS).map((text) => new Raw(text));

/**
 * A change of a body: a value is replaced, removed, or repeated under a name with another casing.
 */
const mutation = fc.record({
  /** Position: a share of all values of the body, in their order. */
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  how: fc.constantFrom("replace", "replace", "replace", "remove", "twice", "pack"),
  value: fragment,
});
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

/** A body that starts as an event of RainMaker, in either casing, and is then changed. */
export const hostileBody: fc.Arbitrary<string> = fc
  .record({
    sample: fc.constantFrom(...EVENT_SAMPLES),
    pascal: fc.boolean(),
    mutations: fc.array(mutation, { maxLength: 3 }),
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 20 }),
  })
  .map(({ sample, pascal, mutations, cut }) => {
    let tree: Tree = structuredClone(pascal ? inPascalCase(sample) : sample);
    for (const one of mutations) tree = mutate(tree, one);
    const text = toText(tree);
    return cut === null ? text : text.slice(0, Math.floor(text.length * cut));
  });

interface Place {
  readonly holder: Record<string, Tree> | Tree[];
  readonly key: string | number;
}

function placesOf(tree: Tree): Place[] {
  if (typeof tree !== "object" || tree === null || tree instanceof Raw) return [];
  if (Array.isArray(tree))
    return tree.flatMap((value, key) => [{ holder: tree, key }, ...placesOf(value)]);
  const holder = tree as Record<string, Tree>;
  return Object.entries(holder).flatMap(([key, value]) => [{ holder, key }, ...placesOf(value)]);
}

function mutate(tree: Tree, { at, how, value }: Mutation): Tree {
  const places = placesOf(tree);
  const place = places[Math.floor(at * places.length)];
  if (place === undefined) return value;
  const { holder, key } = place;
  if (Array.isArray(holder)) {
    const index = Number(key);
    if (how === "remove") holder.splice(index, 1);
    else if (how === "twice") holder.push(value);
    else holder[index] = how === "pack" ? toText(holder[index]) : value;
  } else if (how === "remove") delete holder[key];
  else if (how === "twice") holder[otherCasing(String(key))] = value;
  else holder[key] = how === "pack" ? toText(holder[key]) : value;
  return tree;
}

function otherCasing(name: string): string {
  return name.includes("_") ? name.replaceAll("_", "") : name.toUpperCase();
}

function inPascalCase(tree: Tree): Tree {
  if (Array.isArray(tree)) return tree.map(inPascalCase);
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      key.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      inPascalCase(value),
    ]),
  );
}

function toText(tree: Tree): string {
  if (tree instanceof Raw) return tree.text;
  if (Array.isArray(tree)) return `[${tree.map(toText).join(",")}]`;
  if (typeof tree !== "object" || tree === null) return JSON.stringify(tree) ?? "null";
  const fields = Object.entries(tree).map(
    ([key, value]) => `${JSON.stringify(key)}:${toText(value)}`,
  );
  return `{${fields.join(",")}}`;
}

const RUNS_AT_ONCE = 25;

/** Returns how often something random is tried: few times, or many in `npm run fuzz`. */
export function attempts(few: number, many: number): number {
  return process.env["FUZZ_SECONDS"] === undefined ? few : many;
}

/** Returns for how many seconds a property is tried: 1, or `FUZZ_SECONDS`. */
export function fuzzSeconds(): number {
  return Number(process.env["FUZZ_SECONDS"] ?? 1);
}

/**
 * Checks a property with new values until its time is up, see {@link fuzzSeconds}. A failure prints
 * the seed with which it can be repeated. If all seeds are fixed, each round uses the next one.
 */
export async function fuzz(
  property: fc.IAsyncProperty<unknown> | fc.IProperty<unknown>,
): Promise<void> {
  const endsAtMs = Date.now() + fuzzSeconds() * 1000;
  const { seed: fixed } = fc.readConfigureGlobal();
  for (let round = 0; Date.now() < endsAtMs; round++)
    await fc.assert(property, {
      numRuns: RUNS_AT_ONCE,
      ...(fixed === undefined ? {} : { seed: fixed + round }),
    });
}

/** Returns the timeout of a fuzz test, including its setup. */
export function fuzzTimeoutMs(): number {
  return fuzzSeconds() * 1000 + 300_000;
}
