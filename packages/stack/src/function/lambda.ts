import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { VARIABLES } from "@rainhooks/webhook/environment";
import { AssetType, Fn, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { nameOf, type StackConfig, StackSchema } from "../config/config.ts";
import { complete } from "../config/values.ts";
import { keyGrants } from "../encryption.ts";
import { assumedBy, type Statement } from "../policy.ts";
import type { DeployedFunction } from "./deployment.ts";
import type { EgressNetwork } from "./network.ts";
import { grant, makeRole } from "./role.ts";

/** Returns for how many days the logs of a stage are kept. */
export function logDaysOf(config: StackConfig): number {
  return complete(StackSchema, config).logRetentionDays;
}

/**
 * Makes a Lambda function with its own log group and role.
 *
 * @param bundleZip Path of the zip with the bundle.
 * @param options `network`: from which it connects; `grants`: permissions besides logging.
 */
export function makeFunction(
  scope: Construct,
  config: StackConfig,
  definition: DeployedFunction,
  bundleZip: string,
  {
    environment,
    network,
    grants,
  }: {
    readonly environment: Readonly<Record<string, string>>;
    readonly network: EgressNetwork | undefined;
    readonly grants: readonly Statement[];
  },
): LambdaFunction {
  const { reservedConcurrency } = definition;
  const name = nameOf(config, definition.name);
  const logGroup = new CloudwatchLogGroup(scope, "log", {
    name: `/aws/lambda/${name}`,
    retentionInDays: logDaysOf(config),
    ...(config.kmsKeyArn === undefined ? {} : { kmsKeyId: config.kmsKeyArn }),
  });
  const role = makeRole(scope, config, { name, assumedBy: assumedBy("lambda.amazonaws.com") });
  const writeLog: Statement = {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [`${logGroup.arn}:*`],
    wildcard: "log streams are named by Lambda",
  };
  const granted = grant(scope, role, [writeLog, ...grants, ...keyGrants(config)]);
  const bundle = new TerraformAsset(scope, "bundle", { path: bundleZip, type: AssetType.FILE });
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
    environment: {
      variables: { [VARIABLES.logLevel]: complete(StackSchema, config).logLevel, ...environment },
    },
    ...(config.kmsKeyArn === undefined ? {} : { kmsKeyArn: config.kmsKeyArn }),
    loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
    ...(reservedConcurrency === undefined
      ? {}
      : { reservedConcurrentExecutions: reservedConcurrency }),
    ...(network === undefined
      ? {}
      : {
          vpcConfig: {
            subnetIds: [...network.subnetIds],
            securityGroupIds: [...network.securityGroupIds],
          },
        }),
    dependsOn: [granted],
  });
}
