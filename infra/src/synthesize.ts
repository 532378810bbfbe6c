import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeApp } from "./app.ts";
import { type StageConfig, stackName } from "./config/config.ts";
import { SHIPPED_CONTENTS } from "./contents.ts";
import type { StageContents } from "./stack.ts";

/** The attributes of a resource in Terraform JSON. */
export type ResourceJson = Readonly<Record<string, unknown>>;

/** A stack in Terraform JSON. Resources are grouped by type, then by name within the stack. */
export interface StackJson {
  readonly terraform: ResourceJson;
  readonly provider: { readonly aws: readonly ResourceJson[] };
  readonly resource: Readonly<Record<string, Readonly<Record<string, ResourceJson>>>>;
  readonly locals: Readonly<Record<string, string>>;
  readonly output: Readonly<Record<string, ResourceJson>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, ResourceJson>>>>;
}

/** The output of a synthesis: its folder and the stack. */
export interface Synthesized {
  readonly folder: string;
  readonly stack: StackJson;
}

/** Returns the stack of one stage. @param contents By default the functions that come with Rainhooks. */
export function synthesize(
  config: StageConfig,
  contents: StageContents = SHIPPED_CONTENTS,
): Pick<Synthesized, "stack"> {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  try {
    const { stack } = synthesizeIn(outdir, config, contents);
    return { stack };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Synthesizes one stage in a folder, which then has the zips of its functions, too. */
export function synthesizeIn(
  outdir: string,
  config: StageConfig,
  contents: StageContents = SHIPPED_CONTENTS,
): Synthesized {
  makeApp([config], contents, { outdir }).synth();
  const folder = join(outdir, "stacks", stackName(config.name));
  return { folder, stack: JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) };
}

/** Returns the resources of a type. */
export function resources(stack: StackJson, type: string): [name: string, attributes: ResourceJson][] {
  return Object.entries(stack.resource[type] ?? {});
}
