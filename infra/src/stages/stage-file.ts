import { SHIPPED, SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { checkStage } from "../check/check-stage.ts";
import type { StageConfig } from "../config.ts";

/** What a new stage needs. */
export interface NewStage {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly production: boolean;
  /** Bucket of Terraform's state; empty for a file on this machine. */
  readonly stateBucket: string;
  /** E-mail address for alarms; empty for none. */
  readonly email: string;
  /** Days after which events leave the archive; `undefined` if they never do. */
  readonly keepDays?: number | undefined;
  /** The parts that it has, with commas between; empty for all. */
  readonly parts: string;
}

/**
 * Returns the configuration of a new stage. One for production does not forward the most frequent events:
 * receiving them costs money, also while no destination wants them.
 *
 * @throws {TypeError} for an answer that AWS would reject, or that is missing in production.
 */
export function stageOf({
  name,
  region,
  account,
  production,
  stateBucket,
  email,
  keepDays,
  parts: partNames,
}: NewStage): StageConfig {
  const parts = [...new Set(partNames.split(",").flatMap((part) => part.trim() || []))];
  const has = (part: string) => parts.length === 0 || parts.includes(part);
  const changes = SHIPPED_WEBHOOKS.flatMap(({ name: webhook, part, inProduction }) =>
    inProduction === undefined || (part !== undefined && !has(part))
      ? []
      : [[webhook, inProduction] as const],
  );
  const stage: StageConfig = {
    name,
    region,
    ...(account === "" ? {} : { accountId: account }),
    production,
    ...(parts.length === 0 ? {} : { parts }),
    state: stateBucket === "" ? "local" : { bucket: stateBucket, region },
    ...(email === "" ? {} : { alarms: { emails: [email] } }),
    ...archiveOf(production, keepDays),
    ...(production
      ? {
          logRetentionDays: 90,
          ...(changes.length === 0 ? {} : { functions: Object.fromEntries(changes) }),
        }
      : {}),
  };
  checkStage(stage, SHIPPED);
  return stage;
}

function archiveOf(production: boolean, keepDays: number | undefined): Pick<StageConfig, "archive"> {
  const archive = {
    ...(production ? {} : { forceDestroy: true }),
    ...(keepDays === undefined ? {} : { deleteAfterDays: keepDays }),
  };
  return Object.keys(archive).length === 0 ? {} : { archive };
}

/** Returns the text of a stage's file. */
export function stageFile(stage: StageConfig): string {
  const comment = stage.production
    ? "/** A production stage: its data are protected against deletion. */"
    : "/** A stage for experiments: destroying it deletes its archive. */";
  return `import type { StageConfig } from "@rainhooks/infra";\n\n${comment}\nexport const stage: StageConfig = ${literal(stage, "")};\n`;
}

const LINE_WIDTH = 110;

/** Writes a value as TypeScript: objects on one line where they fit. */
function literal(value: unknown, indent: string): string {
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, indent)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${literal(field, inner)}`);
  const line = `{ ${fields.join(", ")} }`;
  if (indent !== "" && indent.length + line.length < LINE_WIDTH) return line;
  return `{\n${fields.map((field) => `${inner}${field},\n`).join("")}${indent}}`;
}
