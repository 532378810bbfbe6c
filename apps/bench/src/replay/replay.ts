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

/** How fast something reads an archive, or sends it. */
export interface ReplayRate {
  readonly what: string;
  readonly seconds: number;
  readonly perS: number;
  readonly matched: number;
  /** `undefined` where it is not known. */
  readonly peakMiB: number | undefined;
}

/** What was measured of replays. */
export interface ReplayFigures {
  readonly deliveries: number;
  readonly objects: number;
  readonly bytes: number;
  /** The first ones are ours. */
  readonly rates: readonly ReplayRate[];
}

/** The name of a replay among what is measured, and of scripts that do the same. */
export const REPLAY = "replay (sent, to a queue that only takes)";
export const SCRIPTS = { 1: "script, a message per call", 10: "script, ten messages per call" } as const;

/** How many deliveries, after how many milliseconds the queue responds, and how many deliveries scripts send; they are slow. */
export interface ReplaySize {
  readonly deliveries: number;
  readonly responseMs?: number;
  readonly scripted?: number;
}

/** Describes how fast an archive is read, searched and sent. */
export async function benchReplay(size: ReplaySize): Promise<string> {
  const { deliveries, objects, bytes, rates } = await measureReplay(size);
  const rows = rates.map(({ what, seconds, perS, matched, peakMiB }) => [
    ...[what, seconds.toFixed(1), Math.round(perS), matched],
    peakMiB === undefined ? "-" : Math.round(peakMiB),
  ]);
  return [
    `${deliveries} archived deliveries in ${objects} objects, ${(bytes / 1e6).toFixed(0)} MB gzipped`,
    formatTable(["what", "seconds", "deliveries/s", "matched", "peak MiB"], rows),
  ].join("\n");
}

/** Measures how fast an archive is read, searched and sent, each in a process of its own, beside other readers of the same objects. */
export async function measureReplay(size: ReplaySize): Promise<ReplayFigures> {
  const { deliveries } = size;
  const folder = await mkdtemp(join(tmpdir(), "bench-archive-"));
  try {
    const archive = await writeArchive(folder, deliveries);
    const measured = await measure(folder, archive, size);
    const rates = [...measured].map(([what, one]) => ({
      ...{ what, seconds: one.ms / 1000, perS: (one.read * 1000) / one.ms },
      ...{ matched: one.matched, peakMiB: one.peakMiB },
    }));
    const { objects, bytes } = archive;
    return { deliveries, objects, bytes, rates: [...rates, ...(await others(folder, deliveries))] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(
  folder: string,
  { fromMs, toMs }: WrittenArchive,
  { deliveries, responseMs = 0, scripted = 0 }: ReplaySize,
): Promise<Map<string, Measured>> {
  const { child: server, ready } = await startChild("archive-server", { args: [folder, String(responseMs)] });
  const { endpoint } = ready as { readonly endpoint: string };
  const measured = new Map<string, Measured>();
  for (const [what, work] of [
    ["plan (read and matched)", "plan"],
    ["plan of one node (also decoded)", "planOfNode"],
    [REPLAY, "run"],
  ] as const) {
    const { child } = await startChild("replay-run", { args: [endpoint, String(fromMs), String(toMs)] });
    const one = (await child.ask(work)) as Measured;
    await child.stop();
    const { read, state, reason = "" } = one;
    gate(read === deliveries, `${what}: every delivery is read (${read} of ${deliveries}) ${reason}`);
    gate(state === undefined || state === "done", `${what}: the job is done (${state})`);
    measured.set(what, one);
  }
  const before = (await server.ask({})) as { readonly sent: number };
  for (const [perCall, what] of scripted === 0 ? [] : Object.entries(SCRIPTS)) {
    const { child } = await startChild("replay-script", { args: [endpoint, String(scripted), perCall] });
    measured.set(what, (await child.ask({})) as Measured);
    await child.stop();
  }
  const { sent } = (await server.ask({})) as { readonly sent: number };
  const wanted = scripted * Object.keys(SCRIPTS).length;
  gate(sent - before.sent === wanted, `scripts send every delivery (${sent - before.sent} of ${wanted})`);
  await server.stop();
  return measured;
}

/** Other readers of the same objects, which count what is in them. */
async function others(folder: string, deliveries: number): Promise<ReplayRate[]> {
  const row = (what: string, ms: number, matched: number) => ({
    ...{ what, seconds: ms / 1000, perS: (deliveries * 1000) / ms, matched, peakMiB: undefined },
  });
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
