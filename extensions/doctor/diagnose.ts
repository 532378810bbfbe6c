import { VERSION } from "@rainhooks/stage/version";
import { type CheckReport, runCheck } from "./check.ts";
import { CHECKS } from "./checks.ts";
import { type Visit, visitOf } from "./visit.ts";
import { withoutNames } from "./without-names.ts";

/** What was found at a stage. Neither a secret nor a name of a person is in it. */
export interface Diagnosis {
  readonly stage: string;
  readonly region: string;
  /** Where it runs. */
  readonly where: "aws" | "local";
  /** Version of the command. */
  readonly version: string;
  /** When it began, epoch milliseconds. */
  readonly atMs: number;
  readonly tookMs: number;
  readonly checks: readonly CheckReport[];
  /** Actions of which the caller's policy lacks at least one. */
  readonly lacking: readonly string[];
}

/** Looks at all of a stage. */
export async function diagnose(
  stage: Visit["stage"],
  asked: Pick<Visit, "functions" | "request" | "signal">,
): Promise<Diagnosis> {
  const atMs = Date.now();
  const visit = visitOf(stage, asked);
  const checks: CheckReport[] = [];
  // One after the other: each may be slow because of what another one has asked for.
  for (const check of CHECKS) checks.push(await runCheck(check, visit));
  const { stage: name, region } = stage.outputs;
  return withoutNames({
    ...{ stage: name, region, version: VERSION, atMs, tookMs: Date.now() - atMs },
    where: stage.local === undefined ? "aws" : "local",
    checks,
    lacking: [...new Set(checks.flatMap(({ lacking = [] }) => lacking))].sort(),
  });
}
