/*
 * Stands in for Terraform: writes down how it is called. `apply` makes a queue that is subscribed to a topic,
 * as a stage would have it; with HANG set it waits until it is interrupted, with FAIL set to the name of a
 * command that command fails.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";

const [command = ""] = process.argv.slice(2);
const { RECORD = "", HANG, FAIL, QUEUE, TOPIC } = process.env;
const aws = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(AWS|TF)_/.test(name)));
const stack = existsSync("cdk.tf.json") ? JSON.parse(readFileSync("cdk.tf.json", "utf8")) : undefined;
const call = { args: process.argv.slice(2), cwd: process.cwd(), aws, backend: stack?.terraform.backend };
if (command !== "version") appendFileSync(RECORD, `${JSON.stringify(call)}\n`);

if (command === FAIL) process.exit(1);
if (command === HANG) {
  const timer = setInterval(() => undefined, 1000);
  process.on("SIGINT", () => {
    clearInterval(timer);
    process.exitCode = 1;
  });
} else if (command === "apply" && QUEUE !== undefined) await makeQueue();

/** The clients take most of the time of a call, and most calls need none. */
async function makeQueue() {
  const { CreateTopicCommand, SNSClient, SubscribeCommand } = await import("@aws-sdk/client-sns");
  const { CreateQueueCommand, SQSClient } = await import("@aws-sdk/client-sqs");
  const region = "us-east-1";
  const { QueueUrl } = await new SQSClient({ region }).send(new CreateQueueCommand({ QueueName: QUEUE }));
  const sns = new SNSClient({ region });
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: TOPIC }));
  const [, account] = new URL(QueueUrl).pathname.split("/");
  const Endpoint = `arn:aws:sqs:${region}:${account}:${QUEUE}`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
}
