import type { StageConfig } from "../src/index.ts";

/**
 * A stage for experiments: cheapest settings, Terraform state in a local file, and destroying it
 * deletes its archive.
 */
export const stage: StageConfig = {
  name: "dev",
  region: "us-east-1",
  production: false,
  state: "local",
  archive: { firstDay: "2026-12-01", forceDestroy: true },
};
