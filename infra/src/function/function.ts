import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { deployedName, type FunctionDefinition } from "@rainhooks/webhook/define";
import { AssetType, Fn, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import type { StageConfig } from "../config.ts";
import { assumedBy, policy, type Statement } from "../policy.ts";

const LOG_RETENTION_DAYS = 14;

/** Options of {@link makeFunction}. */
export interface FunctionInput {
  readonly config: StageConfig;
  readonly definition: FunctionDefinition;
  /** Path of the zip with the bundle. */
  readonly bundleZip: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Permissions besides logging. */
  readonly grants: readonly Statement[];
  /** Reserved concurrency; `undefined`: only the limit of the account applies. */
  readonly reservedConcurrency?: number | undefined;
}

/** Makes a Lambda function with its own log group and role. */
export function makeFunction(scope: Construct, input: FunctionInput): LambdaFunction {
  const { config, definition, environment, grants, reservedConcurrency } = input;
  const name = deployedName(config.name, definition.name);
  const logGroup = new CloudwatchLogGroup(scope, "log", {
    name: `/aws/lambda/${name}`,
    retentionInDays: config.logRetentionDays ?? LOG_RETENTION_DAYS,
  });
  const role = new IamRole(scope, "role", { name, assumeRolePolicy: assumedBy("lambda.amazonaws.com") });
  const granted = new IamRolePolicy(scope, "role-policy", {
    role: role.id,
    policy: policy([logGrant(logGroup), ...grants]),
  });
  const bundle = new TerraformAsset(scope, "bundle", { path: input.bundleZip, type: AssetType.FILE });
  return new LambdaFunction(scope, "function", {
    functionName: name,
    description: definition.description,
    role: role.arn,
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    filename: bundle.path,
    sourceCodeHash: Fn.filebase64sha256(bundle.path),
    memorySize: definition.function.memoryMiB,
    timeout: definition.function.timeoutS,
    environment: { variables: environment },
    loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
    dependsOn: [granted],
  });
}

function logGrant(logGroup: CloudwatchLogGroup): Statement {
  return {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [`${logGroup.arn}:*`],
    wildcard: "log streams are named by Lambda",
  };
}
