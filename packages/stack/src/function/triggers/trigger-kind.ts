import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { LambdaFunctionUrl } from "@cdktf/provider-aws/lib/lambda-function-url/index.js";
import type { Trigger } from "@rainhooks/webhook/trigger-fields";
import type { Construct } from "constructs";
import type { StackConfig } from "../../config/config.ts";
import type { Statement } from "../../policy.ts";
import type { SourceTopic } from "../../topics.ts";
import type { CloudwatchAlarm } from "../../watching/alarm.ts";
import type { Graph } from "../../watching/graph.ts";
import type { DeployedFunction } from "../deployed.ts";
import type { ResourceLookup } from "../grants.ts";
import type { OwnQueues } from "../own-queues.ts";

/** The construct of a function, with the resources that were made for it so far. */
export interface FunctionInStage extends Construct {
  readonly config: StackConfig;
  /** The topics to which a webhook subscribes. */
  readonly topics: readonly SourceTopic[];
  /** Those of a function that reads a queue. */
  readonly queues: OwnQueues | undefined;
  /** `undefined` if the function is the owner's own. */
  readonly function: LambdaFunction | undefined;
}

/** The resources of a trigger that other constructs need. */
export interface TriggerResources {
  /** Of a function that requests invoke. */
  readonly url?: LambdaFunctionUrl | undefined;
}

/** What a stage makes of a function by its trigger. */
export interface TriggerKind<T extends Trigger> {
  /** Whether the stage makes the function; absent if it always does. */
  readonly hasFunction?: (definition: DeployedFunction<T>) => boolean;
  /** The permissions that its trigger needs, besides those on its queues and resources; absent for none. */
  readonly grants?: (definition: DeployedFunction<T>, places: ResourceLookup) => readonly Statement[];
  /** Makes what invokes the function; `grants`: its permissions, or those of who does its work. */
  readonly attach: (
    made: FunctionInStage,
    definition: DeployedFunction<T>,
    grants: readonly Statement[],
  ) => TriggerResources;
  readonly alarms: (made: FunctionInStage, definition: DeployedFunction<T>) => readonly CloudwatchAlarm[];
  readonly graphs: (made: FunctionInStage, definition: DeployedFunction<T>) => readonly Graph[];
}
