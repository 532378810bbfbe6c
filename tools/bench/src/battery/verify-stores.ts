import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { runCommand } from "@rainhooks/e2e/cli/testing/run-command";
import { STORES } from "@rainhooks/stage/tables/store-names";

/** The result of `rainhooks verify` for a store. */
export interface StoreVerification {
  /** Its name, and after what it was verified. */
  readonly store: string;
  readonly code: number | null;
  readonly outcome: string;
  /** What was compared, for people. */
  readonly compared: string;
  /** The first differences, or why it could not be judged. */
  readonly differences: readonly string[];
}

const MAX_SHOWN = 5;

/**
 * Verifies everything of a stage, with the command that people use.
 *
 * @param after What was done before.
 */
export async function verifyAll(dataDir: string, after?: string): Promise<StoreVerification[]> {
  const all: StoreVerification[] = [];
  for (const store of ["archive", ...STORES]) {
    const verified = await verify(store, dataDir);
    all.push({ ...verified, store: after === undefined ? store : `${store}, ${after}` });
  }
  return all;
}

async function verify(store: string, dataDir: string): Promise<Omit<StoreVerification, "store">> {
  const { code, out, err } = await runCommand(["verify", store, "--json", "--data", dataDir]);
  const report: unknown = tryParseJson(out);
  if (!isJsonObject(report)) return { code, outcome: "failed", compared: "", differences: [err] };
  const number = (name: string) => Number(report[name]).toLocaleString("en-US");
  const compared =
    store === "archive"
      ? `${number("deliveries")} deliveries, ${number("published")} published, ${number("duplicates")} archived twice`
      : `${number("facts")} facts of ${number("nodes")} nodes: ${number("differentFacts")} differ`;
  const differences = Array.isArray(report["differences"]) ? report["differences"] : [];
  return {
    code,
    outcome: String(report["outcome"]),
    compared,
    differences: differences.slice(0, MAX_SHOWN).map(describe),
  };
}

function describe(difference: unknown): string {
  if (!isJsonObject(difference)) return "";
  const { kind, what, nodeId, hour, topic, published, archived } = difference;
  return hour === undefined
    ? `${String(kind)}: ${String(what)} of node ${String(nodeId)}`
    : `${String(topic)} in ${String(hour)}: ${String(published)} published, ${String(archived)} archived`;
}

/** Rebuilds the stores of a stage, and verifies everything again. */
export async function rebuildAll(
  dataDir: string,
  print: (text: string) => void,
): Promise<StoreVerification[]> {
  for (const store of STORES) {
    print(`Rebuilding ${store}.`);
    const { code, out, err } = await runCommand([
      "rebuild",
      "start",
      store,
      "--yes",
      "--data",
      dataDir,
    ]);
    if (code !== 0)
      throw new RainhooksError(
        "stage-failed",
        `The rebuild of ${store} has not switched: ${out} ${err}`,
      );
  }
  return verifyAll(dataDir, "rebuilt");
}
