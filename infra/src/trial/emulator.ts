import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_CREDENTIALS } from "@rainhooks/core/emulator";
import type { StackJson } from "@rainhooks/stack/stack-json";
import { MissingPrerequisite } from "./prerequisite.ts";

const DEFAULT_ENDPOINT = "http://localhost:4566";
const HOW_TO_START =
  "Start one, for example ministack (pip install ministack; BIND_HOST=127.0.0.1 LAMBDA_EXECUTOR=local ministack), or set RAINHOOKS_INFRA_ENDPOINT to the URL of another";

/**
 * Finds the AWS-compatible emulator of this machine.
 *
 * @param configured URL; empty for the port on which emulators usually listen.
 * @returns Its URL, with the host `localhost`: S3 Control puts the account in front of the host, which an IP
 * address does not allow.
 * @throws {MissingPrerequisite} if it does not respond, or is not on this machine.
 */
export async function findEmulator(configured = ""): Promise<string> {
  const text = configured === "" ? DEFAULT_ENDPOINT : configured;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["localhost", "127.0.0.1"].includes(url.hostname))
    throw new MissingPrerequisite(
      `RAINHOOKS_INFRA_ENDPOINT is ${text}. The trial creates and deletes resources, so it needs an emulator on this machine, such as ${DEFAULT_ENDPOINT}.`,
    );
  url.hostname = "localhost";
  await fetch(url).catch(() => {
    throw new MissingPrerequisite(`No emulator responds at ${text}. ${HOW_TO_START}.`);
  });
  return url.origin;
}

/** Clients of the emulator. */
export interface EmulatorClients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
}

/** Creates clients of the emulator. */
export function emulatorClients(endpoint: string, region: string): EmulatorClients {
  const options = { endpoint, region, credentials: LOCAL_CREDENTIALS };
  return {
    sns: new SNSClient(options),
    sqs: new SQSClient(options),
    dynamodb: new DynamoDBClient(options),
  };
}

/**
 * Creates the topics that a stack looks up.
 *
 * @returns Their ARNs by name.
 */
export async function createTopics(stack: StackJson, { sns }: EmulatorClients): Promise<Map<string, string>> {
  const arns = new Map<string, string>();
  for (const { name } of Object.values(stack.data?.["aws_sns_topic"] ?? {})) {
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: String(name) }));
    arns.set(String(name), TopicArn);
  }
  return arns;
}
