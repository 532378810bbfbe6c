import { resources, type StackJson } from "@rainhooks/stack/stack-json";
import { resolveArns } from "./arns.ts";
import { ACCOUNT, type CallContext, policiesAllow } from "./is-allowed.ts";

const ARN_OF: Readonly<Record<string, (name: string) => string>> = {
  dynamodb: (name) => `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/${name}`,
  firehose: (name) => `arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream/${name}`,
  sqs: (name) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`,
  s3: (name) => `arn:aws:s3:::${name}`,
  sns: (name) => `arn:aws:sns:us-east-1:${ACCOUNT}:${name}`,
  ssm: (name) => `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/${name}`,
};

/** A policy, as far as tests read it. */
export interface RolePolicy {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

/** Returns the policy of a function's role, with the ARNs of a test account. */
export function rolePolicy(stack: StackJson, name: string): RolePolicy {
  const [, attributes] =
    resources(stack, "aws_iam_role_policy").find(([id]) => id.startsWith(`${name}_role-policy`)) ?? [];
  return JSON.parse(resolveArns(stack, String(attributes?.["policy"])));
}

/**
 * Evaluates as IAM would whether a function of the stage for experiments may make a call, on a resource by
 * its name.
 */
export function roleAllows(
  stack: StackJson,
  name: string,
  action: string,
  resourceName: string,
  context: CallContext = {},
): Promise<boolean> {
  const [service = ""] = action.split(":");
  return policiesAllow([rolePolicy(stack, name)], action, ARN_OF[service]?.(resourceName) ?? "", context);
}
