import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { archive } from "@rainhooks/app-archive/webhook";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { queryApi } from "@rainhooks/app-list/query-api";
import { gate } from "@rainhooks/testing/gate";
import { build } from "esbuild";
import { firstQuartile } from "./first-quartile.ts";
import { shippedVariables } from "./processes/function.ts";

const KIB = 1024;

/** A bundle, and the processor time in which each new process loaded it. */
interface Candidate {
  readonly name: string;
  readonly folder: string;
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timesMs: number[];
}

/** Size and load time of a bundle. */
export interface BundleFigures {
  readonly name: string;
  readonly kib: number;
  readonly startKib: number;
  readonly zippedKib: number;
  /** Processor time, the first quartile of the processes. */
  readonly loadMs: number;
  /** `loadMs` as a share of a function that only creates a client of the SDK. */
  readonly ofPlainClient: number;
}

/**
 * Measures the size of each bundle and the processor time in which a new process loads it, compared
 * with a function that does nothing but create a client of the AWS SDK (Firehose for archive,
 * DynamoDB for the others), bundled by esbuild's defaults.
 */
export async function measureBundles(processes: number): Promise<readonly BundleFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), "bundles-"));
  const all = [...(await makeOthers(folder)), ...shippedBundles()];
  for (let round = 0; round < processes; round++)
    for (const one of all) one.timesMs.push(loadMs(one));
  const timeMs = (name: string) =>
    firstQuartile(all.find((one) => one.name === name)?.timesMs ?? []);
  const figures = await Promise.all(
    all.map(async ({ name, folder, entry }) => ({
      name,
      ...(await sizesKib(folder, entry)),
      loadMs: timeMs(name),
      ofPlainClient: timeMs(name) / timeMs(name === archive.name ? PLAIN_FIREHOSE : PLAIN_DYNAMODB),
    })),
  );
  await rm(folder, { recursive: true });
  return figures;
}

const PLAIN_DYNAMODB = "(plain DynamoDB client)";
const PLAIN_FIREHOSE = "(plain Firehose client)";
/** Makes the bundles that the shipped ones are compared with. */
async function makeOthers(folder: string): Promise<Candidate[]> {
  const sources = [
    [PLAIN_DYNAMODB, plainClient("client-dynamodb", "DynamoDBClient", "PutItemCommand")],
    [PLAIN_FIREHOSE, plainClient("client-firehose", "FirehoseClient", "PutRecordBatchCommand")],
  ] as const;
  const made = sources.map(async ([name, contents], index) => {
    const outdir = join(folder, String(index));
    await build({
      stdin: { contents, resolveDir: import.meta.dirname },
      outdir,
      entryNames: "index",
      outExtension: { ".js": ".cjs" },
      bundle: true,
      minify: true,
      platform: "node",
      target: "node24",
    });
    return { name, folder: outdir, entry: "index.cjs", environment: { AWS_REGION }, timesMs: [] };
  });
  return Promise.all(made);
}

function plainClient(module: string, client: string, command: string): string {
  return `
    import { ${client}, ${command} } from "@aws-sdk/${module}";
    const client = new ${client}({});
    export const handler = async (input) => client.send(new ${command}(input));
  `;
}

const AWS_REGION = "us-east-1";

function shippedBundles(): Candidate[] {
  return [...SHIPPED_WEBHOOKS, queryApi].map((definition) => ({
    name: definition.name,
    folder: bundleDir(definition.name),
    entry: "index.mjs",
    timesMs: [],
    environment: { ...shippedVariables(definition, "http://127.0.0.1"), AWS_REGION },
  }));
}

const LOADER = `
const before = process.cpuUsage();
const { handler } = await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ ms: (user + system) / 1000, ok: typeof handler === "function" }));
`;

function loadMs({ folder, entry, environment: env }: Candidate): number {
  const bundle = pathToFileURL(join(folder, entry)).href;
  const args = ["--input-type=module", "-e", LOADER, bundle];
  const { stdout } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  const { ms, ok } = JSON.parse(stdout) as { ms: number; ok: boolean };
  gate(ok, `${folder} exports a handler`);
  return ms;
}

/** Returns sizes of a bundle: of all files, of those loaded at start, and zipped. */
export async function sizesKib(
  folder: string,
  entry = "index.mjs",
): Promise<Pick<BundleFigures, "kib" | "startKib" | "zippedKib">> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith(".map"));
  const files = names.map(async (name) => [name, await readFile(join(folder, name))] as const);
  const contents = new Map(await Promise.all(files));
  const kib = (list: Iterable<Uint8Array>) =>
    Math.round([...list].reduce((sum, { length }) => sum + length, 0) / KIB);
  return {
    kib: kib(contents.values()),
    startKib: kib(atStart(entry, contents)),
    zippedKib: kib([...contents.values()].map((bytes) => gzipSync(bytes))),
  };
}

/** Returns the files that are loaded with the entry: those that files import by statements. */
function atStart(entry: string, contents: ReadonlyMap<string, Buffer>): Set<Buffer> {
  const loaded = new Set<Buffer>();
  const waiting = [entry];
  for (const name of waiting) {
    const file = contents.get(name);
    if (file === undefined || loaded.has(file)) continue;
    loaded.add(file);
    for (const [, imported = ""] of file.toString().matchAll(STATIC_IMPORT)) waiting.push(imported);
  }
  return loaded;
}

/** Imports of minified code; those with parentheses are loaded later. */
const STATIC_IMPORT = /(?:from|import)"\.\/([^"]+)"/g;
