import type { StageConfig, TopicsConfig } from "../config/config.ts";

/**
 * Returns a stage as the trial deploys it: to the emulator, with a state of its own, and nothing that would keep it from being
 * destroyed. Topics of other accounts and exports of RainMaker's stacks do not exist there; topics are found by name.
 */
export function trialStage(stage: StageConfig, endpoint: string): StageConfig {
  const { accountId, topics, kmsKeyArn, iam, ...rest } = stage;
  return {
    ...rest,
    endpoint,
    production: false,
    state: "local",
    ...(topics === undefined ? {} : { topics: byName(topics) }),
    archive: { ...stage.archive, forceDestroy: true },
  };
}

function byName({ lookup, arns = {}, include = [], ...rest }: TopicsConfig): TopicsConfig {
  const known = Object.keys(arns) as (keyof typeof arns)[];
  return { ...rest, include: [...include, ...known] };
}
