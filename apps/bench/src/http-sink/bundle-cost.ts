import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { filterRulesTable } from "@rainhooks/filter/table";
import { formatTable } from "@rainhooks/terminal";
import { BUNDLE_OPTIONS } from "@rainhooks/tooling/src/bundle-options.mjs";
import { defineWebhook } from "@rainhooks/webhook/define";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import { build } from "esbuild";
import { sizesKib } from "../bundles.ts";
import { gate } from "../gate.ts";
import { median } from "../median.ts";

const PROCESSES = 15;

/** Sinks, each as the code of a handler; RECEIVER_URL is set when it runs. */
const SINKS = {
  "logSink, without HTTP": { imports: "", sink: "logSink(() => undefined)" },
  httpSink: {
    imports: "",
    sink: "httpSink({ url: process.env.RECEIVER_URL, allowPrivate: true, toBody: () => '{}' })",
  },
  "built-in fetch": {
    imports: "",
    sink: "perItem(async () => { await fetch(process.env.RECEIVER_URL, { method: 'POST', body: '{}' }); })",
  },
  "undici's Pool": {
    imports: `import { Pool } from "undici"; const pool = new Pool(new URL(process.env.RECEIVER_URL).origin);`,
    sink: "perItem(async () => { await pool.request({ method: 'POST', path: '/', body: '{}' }); })",
  },
} as const;

function handlerOf({ imports, sink }: { readonly imports: string; readonly sink: string }): string {
  return `
    import { httpSink, logSink, perItem } from "@rainhooks/sinks";
    import { defineWebhook, eventHandler } from "@rainhooks/webhook";
    ${imports}
    const webhook = defineWebhook({ name: "calls", description: "Calls.", events: ["rmaker.event.alert"], filtered: false });
    export const handler = eventHandler(webhook, () => ${sink});
  `;
}

/** Bundles a handler as for its deployment. */
async function bundle(contents: string, outdir: string): Promise<void> {
  await build({
    ...BUNDLE_OPTIONS,
    stdin: { contents, resolveDir: import.meta.dirname },
    outdir,
    entryNames: "index",
    splitting: true,
    minify: true,
  });
}

const LOADER = `
const startedMs = performance.now();
const { handler } = await import(process.argv[1]);
const loadedMs = performance.now();
const body = JSON.stringify({ EventType: "rmaker.event.alert", EventData: { NodeId: "n", message_body: "{}" } });
const { batchItemFailures } = await handler({ Records: [{ messageId: "m", body }] }, { awsRequestId: "r" });
const ms = [loadedMs - startedMs, performance.now() - startedMs];
process.stderr.write(JSON.stringify({ ms, ok: batchItemFailures.length === 0 }));
process.exit();
`;

/** Returns the time until a new process has loaded a bundle, and until its handler has handled one event. */
function startMs(
  folder: string,
  env: Record<string, string>,
): readonly [loadMs: number, firstEventMs: number] {
  const bundlePath = pathToFileURL(join(folder, "index.mjs")).href;
  const args = ["--input-type=module", "-e", LOADER, bundlePath];
  const { stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  const { ms, ok }: { ms: [number, number]; ok: boolean } = JSON.parse(stderr);
  gate(ok, "the handler handles its first event");
  return ms;
}

/**
 * Measures what an HTTP client adds to the bundle of a webhook, to the time of loading it, and to the time until its first event is
 * handled.
 */
export async function benchBundleCost(receiverUrl: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "http-sink-"));
  const webhook = defineWebhook({ name: "calls", description: "Calls.", events: ["rmaker.event.alert"] });
  const names = {
    stage: "bench",
    integration: "bench",
    deadLetterQueueUrl: "http://127.0.0.1/dead-letters",
    queueUrl: "http://127.0.0.1/queue",
    resourceName: (name: string) => name,
  };
  const environment = {
    ...functionEnvironment(webhook, names, filterRulesTable.name),
    AWS_REGION: "us-east-1",
    RECEIVER_URL: receiverUrl,
  };
  const bundles = Object.entries(SINKS).map(([name, sink], index) => ({
    name,
    code: handlerOf(sink),
    outdir: join(folder, String(index)),
    loadMs: [] as number[],
    firstMs: [] as number[],
  }));
  for (const { code, outdir } of bundles) await bundle(code, outdir);
  for (let round = 0; round < PROCESSES; round++) {
    for (const { outdir, loadMs, firstMs } of bundles) {
      const [load, first] = startMs(outdir, environment);
      loadMs.push(load);
      firstMs.push(first);
    }
  }
  const rows = await Promise.all(
    bundles.map(async ({ name, outdir, loadMs, firstMs }) => {
      const { kib, zippedKib } = await sizesKib(outdir);
      return [name, kib, zippedKib, Number(median(loadMs).toFixed(1)), Number(median(firstMs).toFixed(1))];
    }),
  );
  await rm(folder, { recursive: true });
  const title =
    "A webhook's bundle with each client: size, and time of a new process (median of alternating runs)";
  return [title, formatTable(["sink", "KiB", "KiB zipped", "loaded ms", "first event ms"], rows)].join("\n");
}
