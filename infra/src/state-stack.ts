import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { PrivateBucket } from "./bucket.ts";
import type { S3State } from "./config.ts";
import { requireProvider } from "./provider.ts";

/** The bucket for Terraform state. Deploy it once, before the first stage that stores its state there. */
export class StateStack extends TerraformStack {
  constructor(scope: Construct, { bucket, region }: S3State) {
    super(scope, "rainhooks-state");
    new AwsProvider(this, "aws", {
      region,
      defaultTags: [{ tags: { project: "rainhooks", "managed-by": "terraform" } }],
    });
    requireProvider(this);
    new LocalBackend(this, { path: "../../../state/rainhooks-state.tfstate" });
    const { bucket: stateBucket } = new PrivateBucket(
      this,
      "state",
      { bucket },
      { preventDestroy: true, forceDestroy: false },
    );
    new TerraformOutput(this, "bucket", { value: stateBucket.bucket });
  }
}
