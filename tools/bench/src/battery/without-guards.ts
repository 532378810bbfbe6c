import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { claimFolder } from "@rainhooks/local/aws/stage/hold-data";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { buildWithout, GUARDS, type Guard } from "./guards.ts";
import { writeProof } from "./proof.ts";
import { problemsOf } from "./report.ts";
import { runBattery } from "./run.ts";
import { BATTERY_WEBHOOKS } from "./stage.ts";

/** A small battery with many faults: each guard is needed often. */
const HARD = {
  ...{ seed: 1, events: 1200, nodes: 15, kills: 16, faults: 0.15, undecodable: 0.05 },
  ...{ timeoutS: 6, ruleChanges: 0, firstChangeMs: 8 * SECOND_MS },
  rebuild: false,
};
const MAX_SHOWN = 3;

/**
 * Runs a battery against the code as it is, and then without each guard, and prints what that broke.
 *
 * @param only The name of the only guard to remove.
 * @returns 0 if the battery fails without each guard, and only then.
 * @throws {RainhooksError} `not-found` for an unknown guard.
 */
export async function runWithoutGuards(only: string | undefined, signal: AbortSignal): Promise<number> {
  const guards = GUARDS.filter(({ name }) => only === undefined || name === only);
  if (guards.length === 0)
    throw new RainhooksError(
      "not-found",
      `There is no guard ${only}. Guards: ${GUARDS.map(({ name }) => name).join(", ")}.`,
    );
  const rows: string[][] = [];
  let code = 0;
  for (const guard of [undefined, ...guards]) {
    const name = guard?.name ?? "none";
    console.error(`Without ${name === "none" ? "a change" : name} …`);
    const problems = await problemsWithout(guard, signal);
    if (problems === undefined) return 130;
    const isRight = guard === undefined ? problems.length === 0 : problems.length > 0;
    if (!isRight) code = 1;
    const shown = problems.slice(0, MAX_SHOWN).join("; ");
    rows.push([name, guard?.without ?? "The code as it is.", problems.length === 0 ? "nothing" : shown]);
  }
  const table = formatTable(["guard that was removed", "the code then", "what broke"], rows);
  console.log(table);
  if (only === undefined) await writeProof("guards", table);
  return code;
}

async function problemsWithout(
  guard: Guard | undefined,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const dataDir = await mkdtemp(join(tmpdir(), "battery-"));
  await claimFolder(dataDir);
  try {
    const bundles = await buildWithout(guard, BATTERY_WEBHOOKS, join(dataDir, "bundles"));
    const result = await runBattery({ ...HARD, dataDir, bundles, signal, print: () => undefined });
    return result === undefined ? undefined : problemsOf(result);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
