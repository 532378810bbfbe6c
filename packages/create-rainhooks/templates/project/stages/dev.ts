import type { StageConfig } from "@rainhooks/infra";

/** A stage for experiments: destroying it deletes its archive. */
export const stage: StageConfig = {
  name: "dev",
  region: "us-east-1",
  production: false,
  state: "local",
  archive: { firstDay: "2026-12-01", forceDestroy: true },
};
