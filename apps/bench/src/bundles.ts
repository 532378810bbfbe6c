import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { queryApi } from "@rainhooks/app-query-api/api";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import { bundleDir } from "@rainhooks/app-webhook-list/bundles";
import { filterRulesTable } from "@rainhooks/filter/table";
import { formatTable } from "@rainhooks/terminal";
import { functionEnvironment, resourceEnvironment } from "@rainhooks/webhook/environment";
import { gate } from "./gate.ts";
import { median } from "./median.ts";

const PROCESSES = 15;
const KIB = 1024;

/** Measures the size of each bundle and the time in which a new process loads it, compared with an empty bundle. */
export async function benchBundles(): Promise<string> {
  const empty = await mkdtemp(join(tmpdir(), "empty-"));
  await writeFile(
    join(empty, "index.mjs"),
    "export const handler = async () => ({ batchItemFailures: [] });\n",
  );
  const names = {
    stage: "bench",
    integration: "bench",
    deadLetterQueueUrl: "http://127.0.0.1/dead-letters",
    queueUrl: "http://127.0.0.1/queue",
    resourceName: (name: string) => name,
    queueUrlOf: (worker: string) => `http://127.0.0.1/${worker}`,
  };
  const environments = [
    ...SHIPPED.map(
      (webhook) => [webhook.name, functionEnvironment(webhook, names, filterRulesTable.name)] as const,
    ),
    [queryApi.name, resourceEnvironment(queryApi, names)] as const,
  ];
  const bundles = environments.map(([name, environment]) => ({
    name,
    folder: bundleDir(name),
    environment: { ...environment, AWS_REGION: "us-east-1" },
    timesMs: [] as number[],
  }));
  const all = [{ name: "(empty)", folder: empty, environment: {}, timesMs: [] as number[] }, ...bundles];
  for (let round = 0; round < PROCESSES; round++) {
    for (const { folder, environment, timesMs } of all) timesMs.push(loadMs(folder, environment));
  }
  const rows = await Promise.all(
    all.map(async ({ name, folder, timesMs }) => [
      name,
      ...(await sizesKib(folder)),
      Number(median(timesMs).toFixed(1)),
    ]),
  );
  await rm(empty, { recursive: true });
  return ["Bundles, loaded by new processes in alternating order", formatTable(HEADER, rows)].join("\n");
}

const HEADER = ["bundle", "files", "KiB", "KiB zipped", "load ms (median)"];

const LOADER = `
const startedMs = performance.now();
const { handler } = await import(process.argv[1]);
console.log(JSON.stringify({ ms: performance.now() - startedMs, ok: typeof handler === "function" }));
`;

function loadMs(folder: string, env: Record<string, string>): number {
  const bundle = pathToFileURL(join(folder, "index.mjs")).href;
  const args = ["--input-type=module", "-e", LOADER, bundle];
  const { stdout } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  const { ms, ok } = JSON.parse(stdout) as { ms: number; ok: boolean };
  gate(ok, `${folder} exports a handler`);
  return ms;
}

/** Returns the number of files of a bundle, their size and their zipped size in KiB. */
export async function sizesKib(folder: string): Promise<number[]> {
  const files = await readdir(folder);
  const bytes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  const zipped = await Promise.all(
    files.map(async (file) => gzipSync(await readFile(join(folder, file))).length),
  );
  const kib = (list: number[]) => Math.round(list.reduce((sum, bytes) => sum + bytes, 0) / KIB);
  return [files.length, kib(bytes), kib(zipped)];
}
