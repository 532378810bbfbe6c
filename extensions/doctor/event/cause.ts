import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { Visit, VisitedWebhook } from "../visit.ts";
import type { Trial } from "./send.ts";

/** Gives the events of a trial to a function; returns why it cannot handle them, `undefined` if it can. */
export async function invoke(
  visit: Visit,
  { function: FunctionName, queueUrl }: VisitedWebhook,
  { deliveries }: Trial,
): Promise<string | undefined> {
  const client = await visit.lambda();
  const { QueueArn = "" } = await visit.queueOf(queueUrl);
  const Records = deliveries.map((one) => fromSqs(one, QueueArn));
  const Payload = JSON.stringify({ Records });
  const invoked = await client.send(new InvokeCommand({ FunctionName, Payload, LogType: "Tail" }));
  const reply = tryParseJson(invoked.Payload?.transformToString() ?? "");
  const { errorMessage = invoked.FunctionError, batchItemFailures = [] } = isJsonObject(reply) ? reply : {};
  if (invoked.FunctionError !== undefined) return `its function throws: ${errorMessage}`;
  const reason = reasonIn(Buffer.from(invoked.LogResult ?? "", "base64").toString("utf8"));
  return reason ?? (JSON.stringify(batchItemFailures) === "[]" ? undefined : "its log says why");
}

function fromSqs(delivery: Delivery, eventSourceARN: string): object {
  return {
    ...{ messageId: delivery.id, receiptHandle: "none", eventSource: "aws:sqs", eventSourceARN },
    ...{ body: notificationText(delivery), messageAttributes: {} },
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: String(delivery.sentAtMs) },
  };
}

/** Returns why the events of a trial have not come to a store. */
export async function causeOf(visit: Visit, webhook: VisitedWebhook, trial: Trial): Promise<string> {
  if (webhook.paused === true) return "it is paused";
  const { local } = visit.stage;
  if (local === undefined && webhook.function !== undefined)
    return (
      (await invoke(visit, webhook, trial)) ?? `its function takes them if it is invoked, so ${ELSEWHERE}`
    );
  const path = join(local?.dataDir ?? "", "logs", `${webhook.name}.log`);
  const log = local === undefined ? "" : await readFile(path, "utf8").catch(() => "");
  return reasonIn(log, trial.startedMs) ?? `it says nothing of them, so ${ELSEWHERE}`;
}

const ELSEWHERE = "they are lost before or refused: see what is wrong above";

/** Returns the last error in the log of a function, since a time in epoch milliseconds. */
function reasonIn(log: string, sinceMs = 0): string | undefined {
  const last = log
    .split("\n")
    .map((line) => tryParseJson(line))
    .filter(isJsonObject)
    .findLast(({ error, time }) => isJsonObject(error) && Date.parse(String(time)) >= sinceMs);
  const error = last?.["error"];
  return isJsonObject(error) ? `${error["code"]}: ${error["message"]}` : undefined;
}
