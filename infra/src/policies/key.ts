import { arnParts } from "@rainhooks/stack/config/formats";
import { nameOf } from "@rainhooks/stack/names";
import { arnMaker } from "@rainhooks/stack/policies/arns";
import type { PolicyStatement } from "@rainhooks/stack/policies/document";
import type { StageConfig } from "../config.ts";

/**
 * Returns what the policy of a stage's key must allow, besides the administration of the key: services that
 * use it on their own behalf. The stage's roles get their permissions from their own policies.
 */
export function keyStatements(config: StageConfig): PolicyStatement[] {
  const arns = arnMaker(config);
  const forService = (Sid: string, service: string): PolicyStatement => ({
    Sid,
    Principal: { Service: service },
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: ["*"],
    Condition: { StringEquals: { "aws:SourceAccount": accountsOf(config) } },
  });
  const logGroups = ["lambda", "kinesisfirehose"].map((service) =>
    arns.of("logs", `log-group:/aws/${service}/${nameOf(config, "*")}`),
  );
  return [
    forService("TopicsSendToQueues", "sns.amazonaws.com"),
    forService("AlarmsPublish", "cloudwatch.amazonaws.com"),
    {
      Sid: "LogsAreEncrypted",
      Principal: { Service: `logs.${config.region}.amazonaws.com` },
      Action: [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: ["*"],
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups } },
    },
  ];
}

/** The accounts of the stage and of RainMaker's topics. */
function accountsOf({ topics = {}, kmsKeyArn = "" }: StageConfig): string[] {
  const own = arnParts(kmsKeyArn)?.account ?? "";
  const others = Object.values(topics.arns ?? {}).map((arn) => arnParts(arn)?.account ?? own);
  return [...new Set([own, ...others])];
}
