import type { StageAccess } from "@rainhooks/stage/stage-access";
import { VERSION } from "@rainhooks/stage/version";
import { type CheckReport, runCheck } from "./check.ts";
import { event } from "./checks/event.ts";
import { CHECKS } from "./checks.ts";
import { type VisitRequest, visitOf } from "./visit.ts";

/** What was found at a stage. Neither a secret nor a name of a person is in it. */
export type Diagnosis = Awaited<ReturnType<typeof diagnose>>;

/**
 * Looks at all of a stage, at one thing after the other. In what it returns, `wrong` is the number
 * of problems, `untried` says why the way from topics to functions was not tried, `version` is that
 * of the command, and `deployed` that which has deployed the stage; times are in milliseconds.
 */
export async function diagnose(stage: StageAccess, asked: VisitRequest) {
  const atMs = Date.now();
  const visit = visitOf(stage, asked);
  const checks: CheckReport[] = [];
  for (const check of CHECKS) checks.push(await runCheck(check, visit));
  const wrong = checks
    .flatMap((one) => one.findings)
    .filter(({ outcome }) => outcome === "wrong").length;
  const { stage: name, region, version: deployed } = stage.outputs;
  const tookMs = Date.now() - atMs;
  const isLocal = stage.local !== undefined;
  const report = {
    stage: name,
    region,
    isLocal,
    deployed,
    version: VERSION,
    untried: untriedWay(checks),
  };
  return withoutNames({ ...report, atMs, tookMs, wrong, checks });
}

/** Returns why no event went from topics to functions; `undefined` if events were published. */
function untriedWay(checks: readonly CheckReport[]): string | undefined {
  const [way] = checks.find(({ name }) => name === event.name)?.findings ?? [];
  return way?.outcome === "ok" ? undefined : (way?.text ?? "nothing was sent");
}

/**
 * ARNs of people and roles, addresses of e-mail, and URLs, which may have secrets in their paths.
 */
const NAMES = [
  /\barn:[\w-]+:(?:iam|sts)::[^\s"',]+/g,
  /[^\s"'<>:,@]{1,64}@[^\s"'<>,@]{1,255}\.[a-z]+/gi,
  /(?<=\bhttps?:\/\/)[^\s"',]+/g,
];

/** Returns a report in which no text names a person or has a secret address. */
export function withoutNames<Report>(report: Report): Report {
  return JSON.parse(
    JSON.stringify(report, (_, value: unknown) =>
      typeof value === "string"
        ? NAMES.reduce((text, name) => text.replace(name, "…"), value)
        : value,
    ),
  );
}
