import { setTimeout as pause } from "node:timers/promises";
import { DescribeAlarmHistoryCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { type Check, notChecked, ok, wrong } from "../check.ts";
import { alarmsOf } from "./alarm-topics.ts";

const LOOKS = 20;
const LOOK_MS = 2000;

/** An alarm that is set by hand reaches its topic. It is set back then. */
export const alarmHeard: Check = {
  name: "alarm-heard",
  page: "first-deployment.md#alarms",
  needs: {
    all: ["cloudwatch:DescribeAlarms"],
    alarms: ["cloudwatch:DescribeAlarmHistory", "cloudwatch:SetAlarmState"],
  },
  notLocal: "the local stage has no alarms of CloudWatch",
  run: async (visit) => {
    if (!visit.request.rings) return [notChecked("it tells people: ask for it with --ring")];
    const alarm = (await alarmsOf(visit)).find(({ topics, state }) => topics.length > 0 && state !== "ALARM");
    if (alarm === undefined) return [notChecked("no alarm tells a topic, or all of them ring")];
    const client = await visit.cloudwatch();
    const set = (StateValue: "ALARM" | "OK", StateReason: string) =>
      client.send(new SetAlarmStateCommand({ AlarmName: alarm.name, StateValue, StateReason }));
    const startedMs = Date.now();
    await set("ALARM", "A test by rainhooks doctor: nothing is wrong.");
    try {
      for (let look = 0; look < LOOKS; look += 1) {
        const { AlarmHistoryItems = [] } = await client.send(
          new DescribeAlarmHistoryCommand({
            AlarmName: alarm.name,
            HistoryItemType: "Action",
            StartDate: new Date(startedMs - LOOK_MS),
          }),
        );
        const states = AlarmHistoryItems.map(({ HistoryData = "" }) => tryParseJson(HistoryData));
        const of = (state: string) => states.some((one) => isJsonObject(one) && one["actionState"] === state);
        if (of("Succeeded")) return [ok(`${alarm.name} rang, and its topic took it: ask who is subscribed`)];
        if (of("Failed")) return [wrong(`${alarm.name} rang, and its topic refused it`, LOOK_AT_POLICY)];
        await pause(LOOK_MS, undefined, { signal: visit.signal });
      }
      return [notChecked(`CloudWatch does not say whether ${alarm.name} reached its topic`)];
    } finally {
      await set("OK", "The test by rainhooks doctor has ended.");
    }
  },
};

const LOOK_AT_POLICY =
  "The policy of the topic must let cloudwatch.amazonaws.com publish, and so must its key.";
