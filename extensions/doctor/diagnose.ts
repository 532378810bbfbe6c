import type { Functions } from "@rainhooks/stage/functions";
import { VERSION } from "@rainhooks/stage/version";
import { type CheckReport, runCheck } from "./check.ts";
import { CHECKS } from "./checks.ts";
import { type Visit, visitOf } from "./visit.ts";
import { withoutNames } from "./without-names.ts";

/** What was found at a stage. Neither a secret nor a name of a person is in it. */
export interface Diagnosis {
  readonly stage: string;
  readonly region: string;
  readonly isLocal: boolean;
  /** Version of the command. */
  readonly version: string;
  /** When it began, epoch milliseconds. */
  readonly atMs: number;
  readonly tookMs: number;
  /** Number of problems. */
  readonly wrong: number;
  readonly checks: readonly CheckReport[];
}

/** Looks at all of a stage, at one thing after the other. */
export async function diagnose(
  stage: Visit["stage"],
  asked: Pick<Visit, "request" | "signal"> & { readonly functions: Functions },
): Promise<Diagnosis> {
  const atMs = Date.now();
  const visit = visitOf(stage, asked);
  const checks: CheckReport[] = [];
  for (const check of CHECKS) checks.push(await runCheck(check, visit));
  const wrong = checks.flatMap((one) => one.findings).filter(({ outcome }) => outcome === "wrong").length;
  const { stage: name, region } = stage.outputs;
  const isLocal = stage.local !== undefined;
  const tookMs = Date.now() - atMs;
  return withoutNames({ stage: name, region, isLocal, version: VERSION, atMs, tookMs, wrong, checks });
}
