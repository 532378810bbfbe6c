import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import { webhookNamed } from "@rainhooks/stage/functions";
import { judge } from "@rainhooks/stage/operate/trace/judge";
import { tableOf } from "@rainhooks/stage/reached";
import type { DeployedWebhook, Visit } from "../visit.ts";
import type { Trial } from "./send.ts";

const LOG_CHARACTERS = 65_536;

/** Gives the events of a trial to a function; returns why it cannot handle them, `undefined` if it can. */
export async function invoke(
  visit: Visit,
  { function: FunctionName, delivery, queueUrl = "" }: DeployedWebhook,
  { deliveries }: Trial,
): Promise<string | undefined> {
  const client = await visit.lambda();
  const { QueueArn: arn = "" } = queueUrl === "" ? {} : await visit.queueOf(queueUrl);
  const Records = deliveries.map((one) => (delivery === "direct" ? snsRecord(one) : sqsRecord(one, arn)));
  const Payload = JSON.stringify({ Records });
  const invoked = await client.send(new InvokeCommand({ FunctionName, Payload, LogType: "Tail" }));
  const reply = tryParseJson(invoked.Payload?.transformToString() ?? "");
  const fields = isJsonObject(reply) ? reply : {};
  if (invoked.FunctionError !== undefined)
    return `its function throws: ${fields["errorMessage"] ?? invoked.FunctionError}`;
  const failures = fields["batchItemFailures"];
  const reason = reasonIn(Buffer.from(invoked.LogResult ?? "", "base64").toString("utf8"), 0);
  return Array.isArray(failures) && failures.length > 0 ? (reason ?? "its log says why") : reason;
}

function sqsRecord(delivery: Delivery, eventSourceARN: string): object {
  return {
    ...{
      messageId: delivery.id,
      receiptHandle: "none",
      body: notificationText(delivery),
      messageAttributes: {},
    },
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: String(delivery.sentAtMs) },
    ...{ eventSource: "aws:sqs", eventSourceARN },
  };
}

function snsRecord(delivery: Delivery): object {
  return { EventSource: "aws:sns", Sns: JSON.parse(notificationText(delivery)) };
}

/** Returns why the events of a trial have not come to a store, or to a function. */
export async function causeOf(
  visit: Visit,
  name: string,
  webhook: DeployedWebhook,
  trial: Trial,
): Promise<string> {
  if (webhook.paused === true) return "it is paused";
  const refusal = await refusedBy(visit, name, trial);
  if (refusal !== undefined) return refusal;
  const { local } = visit.stage;
  if (local !== undefined) {
    const log = await readFile(join(local.dataDir, "logs", `${name}.log`), "utf8").catch(() => "");
    return (
      reasonIn(log.slice(-LOG_CHARACTERS), trial.startedMs) ?? "its log (rainhooks logs) says nothing of it"
    );
  }
  const reason = webhook.function === undefined ? undefined : await invoke(visit, webhook, trial);
  return (
    reason ?? "its function handles them if it is invoked, so they do not reach it: see what is wrong above"
  );
}

async function refusedBy(visit: Visit, name: string, { deliveries }: Trial): Promise<string | undefined> {
  const definition = webhookNamed(visit.functions, name);
  if (definition === undefined) return undefined;
  const { stage } = visit;
  const { integration } = stage.outputs;
  const tableName = tableOf(stage, "filter-rules");
  const rules = dynamoDbRuleStore({ client: stage.clients.dynamodb, tableName });
  for (const delivery of deliveries) {
    const verdict = await judge(delivery, definition, { rules, integration });
    if (verdict.kind === "filtered")
      return `a filter rule refuses ${delivery.attributes["event_type"]} (${verdict.decision.level}: ${verdict.decision.reason})`;
  }
  return undefined;
}

/** Returns the last error of a function's log since a time, epoch milliseconds. */
function reasonIn(log: string, sinceMs: number): string | undefined {
  const lines = log.split("\n").map((line) => tryParseJson(line));
  const last = lines.filter(isJsonObject).findLast(({ error, time, level }) => {
    const isLate = typeof time === "string" && Date.parse(time) >= sinceMs;
    return isJsonObject(error) && isLate && (level === "warn" || level === "error");
  });
  const error = last?.["error"];
  return isJsonObject(error) ? `${error["code"]}: ${error["message"]}` : undefined;
}
