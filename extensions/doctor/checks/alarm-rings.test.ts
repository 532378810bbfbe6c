import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { expect, it } from "@jest/globals";
import type { Visit } from "../visit.ts";
import { alarmRings } from "./alarms.ts";

/**
 * A client that responds with one alarm, whose history cannot be read, and the states that were
 * set.
 */
function clientOf() {
  const states: (string | undefined)[] = [];
  const client = new CloudWatchClient({ region: "us-east-1" });
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        if ("HistoryItemType" in input) throw new Error("denied");
        if ("StateValue" in input) states.push(input.StateValue);
        const alarm = { AlarmName: "failing", StateValue: "INSUFFICIENT_DATA" as const };
        const MetricAlarms = [
          { ...alarm, AlarmActions: ["arn:aws:sns:us-east-1:123456789012:alarms"] },
        ];
        return { output: { $metadata: {}, MetricAlarms }, response: undefined };
      },
    { step: "initialize" },
  );
  return { client, states };
}

it("an alarm is set back to what it was if its history cannot be read", async () => {
  const { client, states } = clientOf();
  const visit = {
    request: { ring: true },
    prefix: "",
    cloudwatch: async () => client,
  } as Partial<Visit> as Visit;
  await expect(alarmRings.run(visit)).rejects.toThrow("denied");
  expect(states).toEqual(["ALARM", "INSUFFICIENT_DATA"]);
});
