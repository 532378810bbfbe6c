import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { expectGolden } from "@rainhooks/testing/golden";
import type { StageConfig } from "../config.ts";
import { synthesize } from "../synthesize.ts";
import { PART_STAGES } from "../testing/part-stages.ts";
import { dev, everything, production } from "../testing/stages.ts";

/** They have one name, so that only what they are makes them differ. */
const BASE: StageConfig = { ...dev, name: "golden" };
const STORES = ["archive", "node-status", "time-series"];

const CONFIGURATIONS: Readonly<Record<string, StageConfig>> = {
  dev: BASE,
  production: { ...production, name: "golden" },
  "three-stores": { ...BASE, parts: STORES },
  "archive-alone": { ...BASE, parts: ["archive"] },
  "node-status-alone": { ...BASE, parts: ["node-status"] },
  "time-series-alone": { ...BASE, parts: ["time-series"] },
  "egress-own-key": {
    ...BASE,
    kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    egress: {
      subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      securityGroupIds: ["sg-0123456789abcdef0"],
    },
  },
  "optional-off": {
    ...BASE,
    parts: STORES,
    topics: { leaveOut: [] },
    functions: Object.fromEntries(
      STORES.map((name) => [name, { alarms: { silentAfterHours: "never" } }]),
    ),
  },
  everything: JSON.parse(
    JSON.stringify({ ...everything, name: "golden" }).replaceAll(everything.region, BASE.region),
  ),
  "name-prefix": { ...BASE, name: "acme-golden" },
  ...Object.fromEntries(
    Object.entries(PART_STAGES).map(([name, fields]) => [name, { ...BASE, ...fields }]),
  ),
};

type Attributes = ReadonlyMap<string, string>;

/**
 * What a stack has, by address, such as `resource.aws_sqs_queue.archive_queue_B4BAC86E`: its
 * attributes by their paths.
 */
function contentsOf(config: StageConfig): ReadonlyMap<string, Attributes> {
  const { provider, terraform, locals, ...rest } = synthesize(config).stack;
  const things: [string, unknown][] = Object.entries({ provider, terraform, locals });
  for (const kind of ["data", "resource"] as const)
    for (const [type, named] of Object.entries(rest[kind] ?? {}))
      for (const [name, attributes] of Object.entries(named))
        things.push([`${kind}.${type}.${name}`, attributes]);
  for (const [name, output] of Object.entries(rest.output)) things.push([`output.${name}`, output]);
  things.sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(things.map(([address, thing]) => [address, new Map(attributesIn(thing, ""))]));
}

/**
 * The values in an attribute, by their paths. JSON in a text, such as a policy, is read. Where a
 * zip lies depends on its bytes, which another test knows.
 */
function* attributesIn(value: unknown, path: string): Iterable<[path: string, value: string]> {
  const read = typeof value === "string" ? readJson(value) : value;
  if (typeof read !== "object" || read === null || Object.keys(read).length === 0)
    return yield [path, JSON.stringify(read).replace(/(assets\/[\w-]+\/)[0-9A-F]{32}/g, "$1*")];
  const isText = read !== value ? "(json)" : "";
  const keys = Object.keys(read);
  for (const key of Array.isArray(read) ? keys : keys.sort()) {
    const one = Reflect.get(read, key);
    // Widgets of a dashboard have titles. By number, all after one that comes or goes would differ.
    const name = key === "//" ? undefined : (one?.properties?.title ?? key);
    if (name !== undefined) yield* attributesIn(one, `${path}${isText}.${name}`);
  }
}

function readJson(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // A template, in which something is put first.
    return text;
  }
}

function linesOf(attributes: Attributes): string[] {
  return [...attributes].map(([path, value]) => `  ${path} = ${value}`);
}

/**
 * What differs from the base, by address: what it has not with all attributes, what it alone has
 * with none, of all else the attributes that are other or gone.
 */
function differences(
  base: ReturnType<typeof contentsOf>,
  other: ReturnType<typeof contentsOf>,
): string[] {
  const addresses = [...new Set([...base.keys(), ...other.keys()])].sort();
  return addresses.flatMap((address) => {
    const before = base.get(address);
    const after = other.get(address);
    if (after === undefined) return [`- ${address}`];
    if (before === undefined) return [`+ ${address}`, ...linesOf(after)];
    const left = new Set([...after.keys()].flatMap(stepsTo));
    const gone = [...before.keys()].flatMap(
      (path) => stepsTo(path).find((step) => !left.has(step)) ?? [],
    );
    const removed = [...new Set(gone)].map((path) => `  -${path}`);
    const added = new Map([...after].filter(([path, value]) => before.get(path) !== value));
    const changed = [...removed, ...linesOf(added)];
    return changed.length === 0 ? [] : [`  ${address}`, ...changed];
  });
}

/** The path and all above it, the shortest first. */
function stepsTo(path: string): string[] {
  const steps = path.split(".");
  return steps.map((_, index) => steps.slice(0, index + 1).join("."));
}

const base = contentsOf(BASE);

test.each(Object.entries(CONFIGURATIONS))(
  "the stack of the configuration %s is the known one",
  (name, config) => {
    const lines =
      config === BASE
        ? [...base].flatMap(([address, attributes]) => [address, ...linesOf(attributes)])
        : differences(base, contentsOf(config));
    expect(lines.length).toBeGreaterThan(10);
    expectGolden(join(import.meta.dirname, `./${name}.txt`), `${lines.join("\n")}\n`);
  },
);
