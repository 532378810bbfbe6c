import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { nameOf } from "../names.ts";
import type { CloudwatchAlarm, Metric, MetricMath } from "./alarm.ts";
import { AlarmTopic } from "./alarm-topic.ts";

const PERIOD_S = 300;

/** The alarms of a stage, and the topics that receive them. */
export class Alarms extends Construct {
  readonly #config: StageConfig;
  readonly #topicArns: readonly string[];
  /** Topics that receive only what cannot wait. */
  readonly #urgentArns: readonly string[];

  /** @param account Id of the AWS account. */
  constructor(scope: Construct, config: StageConfig, account: string) {
    super(scope, "alarms");
    this.#config = config;
    const { emails = [], topicArn, urgentTopicArn } = config.alarms ?? {};
    const own =
      topicArn === undefined || emails.length > 0 ? [new AlarmTopic(this, config, account).topic.arn] : [];
    this.#topicArns = topicArn === undefined ? own : [...own, topicArn];
    this.#urgentArns = urgentTopicArn === undefined ? [] : [urgentTopicArn];
  }

  /**
   * Makes alarms; returns their ARNs.
   *
   * @throws {TypeError} if the stage mutes an alarm that does not exist.
   */
  add(alarms: readonly CloudwatchAlarm[]): string[] {
    const { name: stage, alarms: { mute = [] } = {} } = this.#config;
    const names = alarms.map(({ name }) => name);
    const unknown = mute.find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new TypeError(
        `Stage ${stage}: alarms.mute: unknown alarm ${unknown} (known: ${names.join(", ")}).`,
      );
    return alarms.map((alarm) => this.#make(alarm, alarm.isMuted === true || mute.includes(alarm.name)).arn);
  }

  #make(alarm: CloudwatchAlarm, muted: boolean): CloudwatchMetricAlarm {
    const actions = [...this.#topicArns, ...(alarm.level === "now" ? this.#urgentArns : [])];
    return new CloudwatchMetricAlarm(this, alarm.name, {
      alarmName: nameOf(this.#config, alarm.name),
      alarmDescription: `${alarm.description} What to do: rainhooks docs ${alarm.name}`,
      comparisonOperator: alarm.comparison,
      threshold: alarm.threshold,
      evaluationPeriods: alarm.periods,
      treatMissingData: alarm.missingData ?? "notBreaching",
      ...(muted ? { actionsEnabled: false } : {}),
      alarmActions: actions,
      okActions: actions,
      ...(alarm.missingData === "missing" ? { insufficientDataActions: actions } : {}),
      tags: { level: alarm.level },
      ...comparedValue(alarm),
    });
  }
}

/** Returns the value that an alarm compares. */
function comparedValue({
  metric,
  statistic,
  periodS: period = PERIOD_S,
}: CloudwatchAlarm): Partial<CloudwatchMetricAlarmConfig> {
  return "expression" in metric
    ? { metricQuery: mathOf(metric, period) }
    : {
        namespace: metric.namespace,
        metricName: metric.name,
        dimensions: metric.dimensions,
        statistic,
        period,
      };
}

function mathOf({ expression, label, sums }: MetricMath, period: number) {
  const metrics = Object.entries(sums).map(([id, { namespace, name, dimensions }]: [string, Metric]) => ({
    id,
    metric: { namespace, metricName: name, dimensions, stat: "Sum", period },
  }));
  return [...metrics, { id: "value", expression, label, returnData: true }];
}
