import type { StageConfig } from "../config/config.ts";
import { arnMaker } from "./arns.ts";
import { ACTIONS } from "./deployer-actions.ts";
import type { PolicyStatement } from "./document.ts";

/** What deleting the bucket, or making it public, would take: Terraform refuses the first, and the stack does not do the second. */
const NEVER = ["s3:DeleteBucket", "s3:DeleteBucketPolicy"];

/**
 * Returns the permissions that deploying the bucket of Terraform's state needs, once.
 *
 * @throws {TypeError} if the stage keeps its state in a file.
 */
export function stateBucketStatements(config: StageConfig): PolicyStatement[] {
  const { name, state } = config;
  if (state === "local")
    throw new TypeError(`Stage ${name} keeps its state in a file, so it needs no policy for a bucket.`);
  const actions = Object.entries(ACTIONS)
    .filter(([type]) => type.startsWith("aws_s3_bucket"))
    .flatMap(([, calls]) => calls)
    .filter((action) => !NEVER.includes(action));
  return [
    {
      Sid: "MakeStateBucket",
      Action: [...new Set(actions)].sort(),
      Resource: [arnMaker(config).bucket(state.bucket)],
    },
  ];
}
