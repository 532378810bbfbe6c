import {
  DescribeAlarmHistoryCommand,
  SetAlarmStateCommand,
  type StateValue,
} from "@aws-sdk/client-cloudwatch";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { type Check, notChecked, ok, wrong } from "../check.ts";
import { until } from "../until.ts";
import { alarmsOf } from "./alarm-topics.ts";

/** An alarm that is set by hand reaches its topic. It is set back then. */
export const alarmRings: Check = {
  name: "alarm-rings",
  page: "first-deployment.md#alarms",
  needs: {
    "ask-all": ["cloudwatch:DescribeAlarms"],
    alarms: ["cloudwatch:DescribeAlarmHistory", "cloudwatch:SetAlarmState"],
  },
  notLocal: "the local stage has no alarms of CloudWatch",
  run: async (visit) => {
    if (!visit.request.ring) return [notChecked("it tells people: ask for it with --ring")];
    const alarm = (await alarmsOf(visit)).find(({ topics, state }) => topics.length > 0 && state !== "ALARM");
    if (alarm === undefined) return [notChecked("no alarm tells a topic, or all of them ring")];
    const { name: AlarmName, state: before = "OK" } = alarm;
    const client = await visit.cloudwatch();
    const set = (StateValue: StateValue, StateReason: string) =>
      client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
    const StartDate = new Date();
    const command = new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: "Action", StartDate });
    const readState = async () => {
      const { AlarmHistoryItems = [] } = await client.send(command);
      const [first] = AlarmHistoryItems.map(({ HistoryData = "" }) => tryParseJson(HistoryData));
      return isJsonObject(first) ? String(first["actionState"]) : undefined;
    };
    const told = await set("ALARM", "A test by rainhooks doctor: nothing is wrong.")
      .then(() => until(visit, MINUTE_MS, readState))
      .finally(() => set(before, "The test by rainhooks doctor has ended."));
    if (told === undefined)
      return [notChecked(`CloudWatch does not say whether ${AlarmName} told its topic`)];
    if (told === "Succeeded") return [ok(`${AlarmName} rang, and its topic took it: ask who is subscribed`)];
    const toDo = "Let cloudwatch.amazonaws.com publish to it.";
    return [wrong(`${AlarmName} rang, and its topic refused it`, toDo)];
  },
};
