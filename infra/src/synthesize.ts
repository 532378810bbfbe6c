import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackName } from "@rainhooks/stack/config/config";
import type { StackJson } from "@rainhooks/stack/stack-json";
import { makeApp } from "./app.ts";
import type { StageConfig } from "./config.ts";
import { SHIPPED_CONTENTS } from "./contents.ts";
import type { StageContents } from "./stack.ts";

/** The output of a synthesis: its folder and the stack. */
export interface SynthesisResult {
  readonly folder: string;
  readonly stack: StackJson;
}

/**
 * The stacks of this process with the functions that come with Rainhooks, as JSON, by the JSON of
 * their stages.
 */
const synthesized = new Map<string, string>();

/**
 * Returns the stack of one stage. @param contents By default the functions that come with
 * Rainhooks.
 */
export function synthesize(
  config: StageConfig,
  contents: StageContents = SHIPPED_CONTENTS,
): Pick<SynthesisResult, "stack"> {
  const key =
    contents === SHIPPED_CONTENTS && config.customize === undefined
      ? JSON.stringify(config)
      : undefined;
  if (key === undefined) return { stack: JSON.parse(stackText(config, contents)) };
  const text = synthesized.get(key) ?? stackText(config, contents);
  synthesized.set(key, text);
  return { stack: JSON.parse(text) };
}

function stackText(config: StageConfig, contents: StageContents): string {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  try {
    return readFileSync(stackPath(synthesizedFolder(outdir, config, contents)), "utf8");
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Synthesizes one stage in a folder, which then has the zips of its functions, too. */
export function synthesizeIn(
  outdir: string,
  config: StageConfig,
  contents: StageContents = SHIPPED_CONTENTS,
): SynthesisResult {
  const folder = synthesizedFolder(outdir, config, contents);
  return { folder, stack: JSON.parse(readFileSync(stackPath(folder), "utf8")) };
}

function synthesizedFolder(outdir: string, config: StageConfig, contents: StageContents): string {
  makeApp([config], contents, { outdir }).synth();
  return join(outdir, "stacks", stackName(config.name));
}

function stackPath(folder: string): string {
  return join(folder, "cdk.tf.json");
}
