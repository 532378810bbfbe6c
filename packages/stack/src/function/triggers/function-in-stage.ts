import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { Construct } from "constructs";
import type { StackConfig } from "../../config/config.ts";
import type { SourceTopic } from "../../topics.ts";
import type { QueueResources } from "../function-queues.ts";

/** The construct of a function, with the resources that were made for it so far. */
export interface FunctionInStage extends Construct {
  readonly config: StackConfig;
  /** The topics to which a webhook subscribes. */
  readonly topics: readonly SourceTopic[];
  /** Those of a function that reads a queue. */
  readonly queues: QueueResources | undefined;
  /** `undefined` if the function is the owner's own. */
  readonly function: LambdaFunction | undefined;
}
