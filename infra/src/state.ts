import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { type S3State, stackName } from "@rainhooks/stack/config/config";
import { LocalBackend, S3Backend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { PrivateBucket } from "./bucket.ts";
import type { StageConfig } from "./config.ts";
import { requireProvider, tagsOf } from "./provider.ts";

/** Terraform's S3 lock file, and OpenTofu's, came with this version. */
const MIN_TERRAFORM = ">= 1.10";
/** How long earlier versions of the state can be brought back. */
const OLD_STATE_DAYS = 365;

/** Makes Terraform keep the state of a stage where its configuration says. */
export function keepState(stack: TerraformStack, { name, state, kmsKeyArn }: StageConfig): void {
  stack.addOverride("terraform.required_version", MIN_TERRAFORM);
  if (state === "local") {
    keepInFile(stack, stackName(name));
    return;
  }
  new S3Backend(stack, {
    ...state,
    key: `${name}/${stackName(name)}.tfstate`,
    encrypt: true,
    ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn }),
  });
  // This version of cdktf does not have the option yet.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}

/** The folder `state` beside the folder of the synthesis. */
function keepInFile(stack: TerraformStack, name: string): void {
  new LocalBackend(stack, { path: `../../../state/${name}.tfstate` });
}

/** Returns the name of the stack of a state bucket. */
export function stateStackName(bucket: string): string {
  return `state-${bucket.replaceAll(".", "-")}`;
}

/**
 * The bucket for the Terraform state of stages. Deploy it once, before the first stage that stores
 * its state there.
 */
export class StateStack extends TerraformStack {
  /** @param stages The stages that use the bucket. They are in one account. */
  constructor(scope: Construct, { bucket, region }: S3State, stages: readonly StageConfig[]) {
    super(scope, stateStackName(bucket));
    const accounts = new Set(stages.flatMap(({ accountId }) => accountId ?? []));
    const names = stages.map(({ name }) => name).join(", ");
    if (accounts.size > 1)
      throw new TypeError(
        `The stages ${names} use the state bucket ${bucket}, but are in different accounts (${[...accounts].join(", ")}). Use a bucket per account.`,
      );
    const regions = new Set(
      stages.flatMap(({ state }) => (state === "local" ? [] : [state.region])),
    );
    if (regions.size > 1)
      throw new TypeError(
        `The stages ${names} use the state bucket ${bucket}, but say it is in different regions (${[...regions].join(", ")}).`,
      );
    new AwsProvider(this, "aws", {
      region,
      ...(accounts.size === 0 ? {} : { allowedAccountIds: [...accounts] }),
      defaultTags: [{ tags: { ...stages[0]?.tags, ...tagsOf() } }],
    });
    requireProvider(this);
    this.addOverride("terraform.required_version", MIN_TERRAFORM);
    keepInFile(this, stateStackName(bucket));
    const kmsKeyArn = stages.find((stage) => stage.kmsKeyArn !== undefined)?.kmsKeyArn;
    const protectedBucket = { bucket, preventDestroy: true, forceDestroy: false, kmsKeyArn };
    const { bucket: stateBucket } = new PrivateBucket(this, "state", protectedBucket);
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: stateBucket.id,
      rule: [
        {
          id: "forget",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: OLD_STATE_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
    new TerraformOutput(this, "bucket", { value: stateBucket.bucket });
  }
}
