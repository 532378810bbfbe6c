import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { collect } from "@rainhooks/core/collections";
import { type Check, type Finding, ok, wrong } from "../check.ts";
import type { Visit } from "../visit.ts";

/** An alarm of the stage, and the topics that it tells. */
export interface StageAlarm {
  readonly name: string;
  readonly topics: readonly string[];
  readonly state: string;
  readonly isComposite: boolean;
}

/** Somebody hears the alarms of the stage. */
export const alarmTopics: Check = {
  name: "alarm-topics",
  page: "first-deployment.md#alarms",
  needs: { all: ["cloudwatch:DescribeAlarms"], "alarm-topics": ["sns:ListSubscriptionsByTopic"] },
  notLocal: "the local stage has no alarms of CloudWatch",
  run: async (visit) => {
    const alarms = await alarmsOf(visit);
    if (alarms.length === 0)
      return [wrong("the stage has no alarms in CloudWatch", "Deploy the stage again.")];
    const silent = alarms.filter(({ topics, isComposite }) => topics.length === 0 && !isComposite);
    const topics = [...new Set(alarms.flatMap((one) => one.topics))];
    const heard = await Promise.all(topics.map((arn) => ofTopic(visit, arn)));
    return [
      ok(`${alarms.length} alarms are there, ${silent.length} of them tell no topic by themselves`),
      ...heard,
      ...(topics.length === 0 ? [wrong("no alarm tells a topic", NAME_ONE)] : []),
    ];
  },
};

const NAME_ONE =
  "Name an address (alarms.emails) or a topic (alarms.topicArn) in the stage's file, and deploy.";

/** Says of a topic whether somebody hears it; never who. */
async function ofTopic({ subscriptionsOf }: Visit, arn: string): Promise<Finding> {
  const name = arn.slice(arn.lastIndexOf(":") + 1);
  const all = await subscriptionsOf(arn);
  if (all === undefined) return wrong(`the topic ${name} of alarms does not exist`, NAME_ONE);
  const confirmed = all.filter(({ isConfirmed }) => isConfirmed);
  if (confirmed.length > 0) return ok(`${name} has ${confirmed.length} confirmed subscribers`);
  return all.length === 0
    ? wrong(`nobody is subscribed to ${name}, which alarms tell`, NAME_ONE)
    : wrong(`no subscription of ${name} is confirmed`, "Open the link in the e-mail of AWS Notifications.");
}

/** Reads the alarms of a stage. */
export async function alarmsOf(visit: Visit): Promise<StageAlarm[]> {
  const client = await visit.cloudwatch();
  const query = { AlarmNamePrefix: visit.prefix, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] as const };
  const pages = await collect(
    paginateDescribeAlarms({ client }, { ...query, AlarmTypes: [...query.AlarmTypes] }),
  );
  return pages.flatMap(({ MetricAlarms = [], CompositeAlarms = [] }) => [
    ...MetricAlarms.map((one) => toAlarm(one, false)),
    ...CompositeAlarms.map((one) => toAlarm(one, true)),
  ]);
}

function toAlarm(
  {
    AlarmName: name = "",
    AlarmActions = [],
    StateValue: state = "",
  }: {
    AlarmName?: string | undefined;
    AlarmActions?: string[] | undefined;
    StateValue?: string | undefined;
  },
  isComposite: boolean,
): StageAlarm {
  return { name, state, isComposite, topics: AlarmActions.filter((arn) => arn.split(":")[2] === "sns") };
}
