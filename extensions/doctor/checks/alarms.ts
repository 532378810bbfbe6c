import {
  DescribeAlarmHistoryCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
  type StateValue,
} from "@aws-sdk/client-cloudwatch";
import { collect } from "@rainhooks/core/collections";
import { countText } from "@rainhooks/core/count-text";
import { topicName } from "@rainhooks/core/deliveries/read";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { type Check, notChecked, ok, wrong } from "../check.ts";
import { until, type Visit } from "../visit.ts";

/** Somebody hears the alarms of the stage. It is not said who. */
export const alarmTopics: Check = {
  name: "alarm-topics",
  page: "first-deployment.md#alarms",
  needs: {
    "ask-all": ["cloudwatch:DescribeAlarms"],
    "alarm-topics": ["sns:ListSubscriptionsByTopic"],
  },
  notLocal: "the local stage has no alarms of CloudWatch",
  run: async (visit) => {
    const alarms = await alarmsOf(visit);
    const topics = [...new Set(alarms.flatMap((one) => one.topics))];
    const count = countText(alarms.length, "alarm");
    if (topics.length === 0)
      return [wrong(`${count}, and none has actions that tell a topic`, NAME_ONE)];
    const heard = topics.map(async (arn) => {
      const name = topicName(arn);
      const all = await visit.subscriptionsOf(arn);
      if (all === undefined)
        return wrong(`the topic ${name}, which alarms tell, does not exist`, NAME_ONE);
      if (all.length === 0)
        return wrong(`nobody is subscribed to ${name}, which alarms tell`, NAME_ONE);
      const confirmed = all.filter(({ isConfirmed }) => isConfirmed).length;
      if (confirmed === 0) return wrong(`no subscription of ${name} is confirmed`, OPEN_LINK);
      const telling = alarms.filter((one) => one.topics.includes(arn)).length;
      return ok(`${telling} of ${count} tell ${name}; confirmed subscribers: ${confirmed}`);
    });
    return Promise.all(heard);
  },
};

const OPEN_LINK = "Open the link in the e-mail of AWS Notifications.";
const NAME_ONE =
  "Name an address (alarms.emails) or a topic (alarms.topicArn) in the stage's file, and deploy.";

/**
 * Reads the alarms of a stage: their names, their states, and the topics that they tell, unless
 * muted.
 */
async function alarmsOf({ cloudwatch, prefix: AlarmNamePrefix }: Visit) {
  const client = await cloudwatch();
  const AlarmTypes: ("MetricAlarm" | "CompositeAlarm")[] = ["MetricAlarm", "CompositeAlarm"];
  const pages = await collect(paginateDescribeAlarms({ client }, { AlarmNamePrefix, AlarmTypes }));
  return pages
    .flatMap(({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms])
    .map(
      ({ AlarmName: name = "", AlarmActions = [], ActionsEnabled = true, StateValue: state }) => {
        const topics = ActionsEnabled
          ? AlarmActions.filter((arn) => arn.split(":")[2] === "sns")
          : [];
        return { name, state, topics };
      },
    );
}

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
    const alarm = (await alarmsOf(visit)).find(
      ({ topics, state }) => topics.length > 0 && state !== "ALARM",
    );
    if (alarm === undefined) return [notChecked("no alarm tells a topic, or all of them ring")];
    const { name: AlarmName, state: before = "OK" } = alarm;
    const client = await visit.cloudwatch();
    const set = (StateValue: StateValue, StateReason: string) =>
      client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
    const StartDate = new Date();
    const command = new DescribeAlarmHistoryCommand({
      AlarmName,
      HistoryItemType: "Action",
      StartDate,
    });
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
    if (told === "Succeeded")
      return [ok(`${AlarmName} rang, and its topic took it: ask who is subscribed`)];
    const toDo = "Let cloudwatch.amazonaws.com publish to it.";
    return [wrong(`${AlarmName} rang, and its topic refused it`, toDo)];
  },
};
