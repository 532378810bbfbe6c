import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runRebuild } from "@rainhooks/operate";
import { formatTable } from "@rainhooks/terminal";
import type { Expected } from "../connections.ts";
import { gate } from "../gate.ts";
import { Meter } from "../metered.ts";
import { changeOfOurRow, countWrongRows, type ToChange } from "../node-rows.ts";
import { startChild } from "../processes/child.ts";
import { startEmbeddedServices } from "../processes/services.ts";
import { eventsOf } from "../verify/history.ts";
import type { VerifySize } from "../verify/verify.ts";
import { writeHistory } from "../verify/write-history.ts";
import { createRebuildTables, REBUILT_TABLE, rebuildParts } from "./parts.ts";
import { createScriptTable, runScript, SCRIPT_TABLE } from "./script.ts";

/** What making the rows again took. */
export interface RebuildTime {
  readonly what: string;
  readonly seconds: number;
  /** Of tables, without their indexes. */
  readonly writeUnits: number;
  readonly calls: number;
}

/** Describes what a rebuild takes. */
export async function benchRebuild(size: VerifySize): Promise<string> {
  const rows = (await measureRebuild(size)).map(({ what, seconds, writeUnits, calls }) => [
    ...[what, seconds.toFixed(1), Math.round(size.deliveries / seconds), writeUnits, calls],
  ]);
  return [
    `The rows of ${size.nodes} nodes made again from ${size.deliveries} archived deliveries, embedded DynamoDB`,
    formatTable(["what", "seconds", "deliveries/s", "write units", "calls of DynamoDB"], rows),
  ].join("\n");
}

/**
 * Measures a rebuild of node status, with the comparisons that come before its switch, beside a script that reads the same objects and writes
 * the last connect and disconnect of each node with a conditional update per event.
 */
export async function measureRebuild({ nodes, deliveries }: VerifySize): Promise<readonly RebuildTime[]> {
  const folder = await mkdtemp(join(tmpdir(), "bench-rebuild-"));
  await writeHistory(folder, nodes, deliveries);
  const expected = expectedOf({ nodes, deliveries });
  const { child: server, ready } = await startChild("archive-server", { args: [folder] });
  const { endpoint } = ready as { readonly endpoint: string };
  const services = await startEmbeddedServices();
  const client = services.clients.dynamodb;
  const meter = new Meter(client);
  try {
    await createRebuildTables(client);
    await createScriptTable(client);
    const ours = await meter.measure(() =>
      runRebuild(
        { startedBy: "bench", copiesRows: false },
        rebuildParts(client, endpoint, { nodes, deliveries }),
      ),
    );
    gate(ours.result.outcome === "switched", `the rebuild is right (${ours.result.outcome})`);
    await refuseWrong(REBUILT_TABLE, changeOfOurRow);
    const script = await meter.measure(() => runScript(client, endpoint));
    gate(script.result === deliveries, "the script reads every delivery");
    await refuseWrong(SCRIPT_TABLE.name, changeOfScript);
    return [
      { what: "rebuild, with its comparisons", ...timeOf(ours) },
      { what: "script, a conditional update per event", ...timeOf(script) },
    ];
  } finally {
    await services.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  }

  async function refuseWrong(table: string, toChange: ToChange): Promise<void> {
    const wrong = await countWrongRows(client, table, toChange, expected);
    gate(wrong === 0, `the rows of ${table} are right (${wrong} are wrong)`);
  }
}

function timeOf({
  ms,
  writeUnits,
  calls,
}: {
  readonly ms: number;
  readonly writeUnits: number;
  readonly calls: number;
}) {
  return { seconds: ms / 1000, writeUnits, calls };
}

/** Returns the last change of each node. */
function expectedOf({ nodes, deliveries }: VerifySize): Expected {
  const changes = Array.from({ length: nodes }, (_, node) => {
    const connections = eventsOf(node, nodes, deliveries).filter(({ type }) => /connected$/.test(type));
    const last = connections.toSorted((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0)).at(-1);
    if (last === undefined || !("nodeId" in last.data)) throw new Error(`Node ${node} has no connection.`);
    const state = last.type === "rmaker.event.node_connected" ? ("online" as const) : ("offline" as const);
    return { nodeId: String(last.data.nodeId), state, atMs: last.atMs ?? 0 };
  });
  return new Map(changes.map((change) => [change.nodeId, change]));
}

function changeOfScript({ nodeId, state, atMs }: Readonly<Record<string, unknown>>): ReturnType<ToChange> {
  if (state !== "online" && state !== "offline") return undefined;
  return { nodeId: String(nodeId), state, atMs: Number(atMs) };
}
