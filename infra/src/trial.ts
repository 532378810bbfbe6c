/*
 * Deploys the dev stage to an AWS-compatible emulator instead of AWS: init, apply, publish an event, read it back, destroy.
 * Needs Terraform or OpenTofu, and an emulator. The event reaches the node table only if the emulator runs Lambda.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateTopicCommand, PublishCommand } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { CATALOG } from "@rainhooks/core";
import { type AwsClients, localClients } from "@rainhooks/stage";
import { deployedName } from "@rainhooks/webhook/define";
import { dev } from "../stages/dev.ts";
import { makeApp } from "./app.ts";
import { stackName } from "./config.ts";
import { CONTENTS } from "./contents.ts";

const NODE = "trial-node";
const EVENT = {
  event_type: "rmaker.event.node_connected",
  timestamp: Date.now(),
  event_data: { node_id: NODE, connectivity: { connected: true, timestamp: Date.now() } },
};
const MAX_ATTEMPTS = 30;

/** Thrown if a tool or setting that the trial needs is missing. */
class MissingPrerequisite extends Error {}

function findTerraform(): string {
  const found = ["terraform", "tofu"].find(
    (name) => spawnSync(name, ["version"], { stdio: "ignore" }).status === 0,
  );
  if (found !== undefined) return found;
  throw new MissingPrerequisite(
    "Neither terraform (1.10 or newer) nor tofu was found on the PATH. Install one of them and try again.",
  );
}

async function findEmulator(): Promise<string> {
  const endpoint = process.env["RAINHOOKS_INFRA_ENDPOINT"] ?? "";
  if (endpoint === "") {
    throw new MissingPrerequisite(
      "RAINHOOKS_INFRA_ENDPOINT is not set. Set it to the URL of an AWS-compatible emulator.",
    );
  }
  await fetch(endpoint).catch(() => {
    throw new MissingPrerequisite(
      `No connection to ${endpoint}. Start the emulator, or correct RAINHOOKS_INFRA_ENDPOINT.`,
    );
  });
  return endpoint;
}

function run(command: string, args: readonly string[], cwd: string): void {
  console.log(`$ ${command} ${args.join(" ")}`);
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with exit code ${status}.`);
}

/** Publishes an event and waits until it is in the node table, or, without Lambda, in the queue. */
async function tryEvent({ sns, sqs, dynamodb }: AwsClients, topicArn: string): Promise<string> {
  await sns.send(new PublishCommand({ TopicArn: topicArn, Message: JSON.stringify(EVENT) }));
  const TableName = deployedName(dev.name, "node-status");
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { nodeId: { S: NODE } } }));
    if (Item !== undefined) return `node ${NODE} is ${Item["state"]?.S} in ${TableName}`;
    await pause(1000);
  }
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: deployedName(dev.name, "hello") }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  if (Messages.length > 0)
    return "the event is in the queue of hello, but not in the node table: the emulator does not run Lambda";
  throw new Error(`The event was found neither in table ${TableName} nor in the queue of hello.`);
}

async function trial(): Promise<void> {
  const terraform = findTerraform();
  const endpoint = await findEmulator();
  const clients = localClients(endpoint);
  const arns = new Map<string, string>();
  for (const { type, topic } of CATALOG) {
    const { TopicArn = "" } = await clients.sns.send(new CreateTopicCommand({ Name: topic }));
    arns.set(type, TopicArn);
  }
  const outdir = mkdtempSync(join(tmpdir(), "trial-"));
  makeApp([{ ...dev, endpoint }], CONTENTS, { outdir }).synth();
  const folder = join(outdir, "stacks", stackName(dev.name));
  run(terraform, ["init", "-input=false"], folder);
  try {
    run(terraform, ["apply", "-input=false", "-auto-approve"], folder);
    console.log(`\n${await tryEvent(clients, arns.get(EVENT.event_type) ?? "")}\n`);
  } finally {
    run(terraform, ["destroy", "-input=false", "-auto-approve"], folder);
  }
}

try {
  await trial();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof MissingPrerequisite ? 2 : 1;
}
