import { PublishCommand } from "@aws-sdk/client-sns";
import { deployedName } from "@rainhooks/webhook/names";
import type { StageOutputs } from "../outputs.ts";
import type { Level, RoundClients } from "./round-check.ts";

/** What is told of an alarm of the rounds. */
export interface RoundMessage {
  /** Its name within the stage. */
  readonly alarm: string;
  readonly level: Level;
  readonly state: "ALARM" | "OK";
  readonly description: string;
  readonly reason: string;
  /** When it began or ended, epoch milliseconds. */
  readonly changedMs: number;
}

/** SNS takes so many characters in a subject. Source: Amazon SNS API reference, "Publish". */
const MAX_SUBJECT = 100;

/**
 * Publishes what is told to the topics of the stage's alarms, with the subject and the fields that
 * CloudWatch's own messages have, so that what reads these reads it, too. Source: Amazon SNS and
 * CloudWatch user guides, messages of alarms.
 *
 * @throws what SNS throws, after all topics have been tried.
 */
export async function tell(
  message: RoundMessage,
  { region, ...outputs }: StageOutputs,
  { snsOf }: Pick<RoundClients, "snsOf">,
): Promise<void> {
  const { topics = [], urgentTopics = [] } = outputs.rounds ?? {};
  const name = deployedName(outputs.stage, message.alarm);
  const arns = [...topics, ...(message.level === "now" ? urgentTopics : [])];
  const published = arns.map((TopicArn) => {
    const [, , , topicRegion = region, account = ""] = TopicArn.split(":");
    const body = {
      AlarmName: name,
      AlarmDescription: message.description,
      AWSAccountId: account,
      NewStateValue: message.state,
      NewStateReason: message.reason,
      StateChangeTime: new Date(message.changedMs).toISOString().replace("Z", "+0000"),
      Region: region,
      OldStateValue: message.state === "OK" ? "ALARM" : "OK",
      Trigger: { Namespace: "Rainhooks", Dimensions: [{ name: "Stage", value: outputs.stage }] },
    };
    return snsOf(topicRegion).send(
      new PublishCommand({
        TopicArn,
        Subject: `${message.state}: "${name}" in ${region}`.slice(0, MAX_SUBJECT),
        Message: JSON.stringify(body),
      }),
    );
  });
  const failed = (await Promise.allSettled(published)).find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
