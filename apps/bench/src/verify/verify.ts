import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { project } from "@rainhooks/node-status";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { startChild } from "../processes/child.ts";
import { deliveryAt, eventsOf } from "./history.ts";
import { writeHistory } from "./write-history.ts";

interface Measured {
  readonly outcome: string;
  readonly compared: number;
  readonly differentNodes: number;
  readonly facts: number;
  readonly read: number;
  readonly ms: number;
  readonly peakMiB: number;
}

/** How long a comparison of rows with an archive takes. */
export interface VerifyTime {
  readonly what: string;
  readonly seconds: number;
  readonly factsCompared: number;
  readonly peakMiB: number | undefined;
}

/** How much is compared. */
export interface VerifySize {
  readonly nodes: number;
  readonly deliveries: number;
}

/** Describes time and memory of a verification of node status. */
export async function benchVerify(size: VerifySize): Promise<string> {
  const rows = (await measureVerify(size)).map(({ what, seconds, factsCompared, peakMiB }) => [
    ...[what, seconds.toFixed(1), Math.round(size.deliveries / seconds), factsCompared],
    peakMiB === undefined ? "-" : Math.round(peakMiB),
  ]);
  return [
    `${size.deliveries} archived deliveries of ${size.nodes} nodes, compared with as many rows`,
    formatTable(["what", "seconds", "deliveries/s", "facts compared", "peak MiB"], rows),
  ].join("\n");
}

/** Measures a verification of node status, beside DuckDB comparing the times of connects and disconnects by hand, which comes last. */
export async function measureVerify({ nodes, deliveries }: VerifySize): Promise<readonly VerifyTime[]> {
  const folder = await mkdtemp(join(tmpdir(), "bench-verify-"));
  try {
    await writeHistory(join(folder, "archive"), nodes, deliveries);
    const { child: server, ready } = await startChild("archive-server", { args: [join(folder, "archive")] });
    const { endpoint } = ready as { readonly endpoint: string };
    const done = (
      what: string,
      { ms, facts, peakMiB }: Pick<Measured, "ms" | "facts"> & Partial<Measured>,
    ) => {
      // Each part can take long.
      console.error(`${what}: ${(ms / 1000).toFixed(1)} s`);
      return { what, seconds: ms / 1000, factsCompared: facts, peakMiB };
    };
    const equal = await run(endpoint, nodes, deliveries, "equal");
    gate(equal.outcome === "equal", `the rows are equal (${equal.outcome})`);
    gate(equal.compared === nodes && equal.read === deliveries, "all nodes and deliveries are compared");
    const first = done("verify, all equal", equal);
    const duckMs = await compareByHand(folder, nodes, deliveries);
    const byHand = done("DuckDB, last connects and disconnects by hand", { ms: duckMs, facts: 2 * nodes });
    const changed = await run(endpoint, nodes, deliveries, "changed");
    gate(changed.outcome === "different" && changed.differentNodes === 1, "the row that differs is found");
    await server.stop();
    return [first, done("verify, a row differs", changed), byHand];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function run(endpoint: string, nodes: number, deliveries: number, what: string): Promise<Measured> {
  const { child } = await startChild("verify-run", { args: [endpoint, String(nodes), String(deliveries)] });
  const measured = (await child.ask(what)) as Measured;
  await child.stop();
  return measured;
}

/** Lets DuckDB find the last connect and disconnect of each node in the archive, and compare them with the rows. */
async function compareByHand(folder: string, nodes: number, deliveries: number): Promise<number> {
  const rows = join(folder, "rows.json");
  await pipeline(Readable.from(rowLines(nodes, deliveries)), createWriteStream(rows));
  const startedMs = performance.now();
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const reader = await connection.runAndReadAll(`
    WITH events AS (
      SELECT body::JSON->>'$.EventData.NodeId' AS node, body::JSON->>'$.EventType' AS type, CAST(body::JSON->>'$.Timestamp' AS BIGINT) AS at_ms
      FROM read_json('${join(folder, "archive/**/*.gz")}', format = 'newline_delimited', compression = 'gzip', columns = {body: 'VARCHAR'})
    ), folded AS (
      SELECT node, max(at_ms) FILTER (type = 'rmaker.event.node_connected') AS connected,
        max(at_ms) FILTER (type = 'rmaker.event.node_disconnected') AS disconnected FROM events GROUP BY node
    )
    SELECT count(*) FROM folded JOIN read_json('${rows}', columns = {node: 'VARCHAR', connected: 'BIGINT', disconnected: 'BIGINT'}) AS r
      ON r.node = folded.node AND r.connected IS NOT DISTINCT FROM folded.connected AND r.disconnected IS NOT DISTINCT FROM folded.disconnected`);
  connection.closeSync();
  const equal = Number(reader.getRowsJson()[0]?.[0]);
  gate(equal === nodes, `DuckDB finds all rows equal (${equal})`);
  return performance.now() - startedMs;
}

function* rowLines(nodes: number, deliveries: number): Generator<string> {
  for (let node = 0; node < nodes; node += 1) {
    const { connected, disconnected } = project(eventsOf(node, nodes, deliveries), 0);
    const { attributes } = deliveryAt(node, nodes);
    yield `${JSON.stringify({ node: attributes["node_id"], connected: connected.latest?.atMs, disconnected: disconnected.latest?.atMs })}\n`;
  }
}
