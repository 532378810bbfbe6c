import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { startChild } from "../processes/child.ts";
import { type WrittenArchive, writeArchive } from "./archive-objects.ts";

interface Measured {
  readonly read: number;
  readonly matched: number;
  readonly sent?: number;
  readonly state?: string;
  readonly reason?: string;
  readonly ms: number;
  readonly peakMiB: number;
}

/** How fast an archive is read, searched and sent, each in a process of its own, beside other readers of the same objects. */
export async function benchReplay({ deliveries }: { readonly deliveries: number }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-archive-"));
  try {
    const archive = await writeArchive(folder, deliveries);
    const measured = await measure(folder, archive);
    for (const [what, { read, state, reason = "" }] of measured) {
      gate(read === deliveries, `${what}: every delivery is read (${read} of ${deliveries}) ${reason}`);
      gate(state === undefined || state === "done", `${what}: the job is done (${state})`);
    }
    const rows = [...measured].map(([what, one]) => [
      what,
      (one.ms / 1000).toFixed(1),
      Math.round((one.read * 1000) / one.ms),
      one.matched,
      Math.round(one.peakMiB),
    ]);
    return [
      `${deliveries} archived deliveries in ${archive.objects} objects, ${(archive.bytes / 1e6).toFixed(0)} MB gzipped`,
      formatTable(
        ["what", "seconds", "deliveries/s", "matched", "peak MiB"],
        [...rows, ...(await others(folder, deliveries))],
      ),
    ].join("\n");
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(folder: string, { fromMs, toMs }: WrittenArchive): Promise<Map<string, Measured>> {
  const { child: server, ready } = await startChild("archive-server", { args: [folder] });
  const { endpoint } = ready as { readonly endpoint: string };
  const measured = new Map<string, Measured>();
  for (const [what, work] of [
    ["plan (read and matched)", "plan"],
    ["plan of one node (also decoded)", "planOfNode"],
    ["replay (sent, to a queue that only takes)", "run"],
  ] as const) {
    const { child } = await startChild("replay-run", { args: [endpoint, String(fromMs), String(toMs)] });
    measured.set(what, (await child.ask(work)) as Measured);
    await child.stop();
  }
  await server.stop();
  return measured;
}

/** Other readers of the same objects, which count what is in them. */
async function others(folder: string, deliveries: number): Promise<(string | number)[][]> {
  const row = (what: string, ms: number, matched: number) => [
    what,
    (ms / 1000).toFixed(1),
    Math.round((deliveries * 1000) / ms),
    matched,
    "-",
  ];
  const startedMs = performance.now();
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const files = join(folder, "**", "*.gz");
  const reader = await connection.runAndReadAll(
    `SELECT count(*) FROM read_json('${files}', format = 'newline_delimited', compression = 'gzip', columns = {id: 'VARCHAR', sentAtMs: 'BIGINT', topic: 'VARCHAR', body: 'VARCHAR'}) WHERE sentAtMs > 0 AND topic IS NOT NULL`,
  );
  connection.closeSync();
  const duckMs = performance.now() - startedMs;
  const zcatMs = performance.now();
  const { stdout } = spawnSync(
    "sh",
    ["-c", `find '${folder}' -name '*.gz' -print0 | xargs -0 zcat | wc -l`],
    { encoding: "utf8" },
  );
  return [
    row("DuckDB (counted, all processors)", duckMs, Number(reader.getRowsJson()[0]?.[0])),
    row("zcat | wc -l", performance.now() - zcatMs, Number(stdout)),
  ];
}
