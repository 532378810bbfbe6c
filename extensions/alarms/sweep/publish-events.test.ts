import { SNSClient } from "@aws-sdk/client-sns";
import { expect, it } from "@jest/globals";
import { type AlarmEvent, alarmEventPublisher } from "./alarm-event.ts";

it("alarmEventPublisher publishes names and texts of devices so that every queue takes them", async () => {
  const sns = new SNSClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  const messages: string[] = [];
  sns.middlewareStack.add(
    () => async (args) => {
      const { PublishBatchRequestEntries: entries = [] } = args.input as {
        readonly PublishBatchRequestEntries?: readonly { readonly Message?: string }[];
      };
      messages.push(...entries.map(({ Message = "" }) => Message));
      return { output: { $metadata: {} }, response: {} };
    },
    { step: "initialize" },
  );
  const alarm = {
    alarm_id: "a",
    node_id: "n1",
    node_name: "too\ufffe hot\uffff",
    start: 1,
    raised: 2,
  };
  const event: AlarmEvent = {
    id: "a-raised-1",
    notice: "raised",
    timestamp: 1,
    alarms: [alarm],
    rule: "hot",
    version: 1,
    kind: "threshold",
    severity: "high",
  };
  await alarmEventPublisher(sns, "arn:aws:sns:eu-west-1:123456789012:alarms")([event]);
  expect(messages.join()).not.toMatch(/[\ufffe\uffff]/);
  expect(JSON.parse(messages[0] ?? "")).toMatchObject({ event_data: { alarms: [alarm] } });
  sns.destroy();
});
