import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { nameOf } from "@rainhooks/stack/names";
import type { CloudwatchAlarm, Metric, MetricMath } from "@rainhooks/stack/watching/alarm";
import { Construct } from "constructs";
import type { StageConfig } from "../config.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { makePages, pagesOf } from "./pages.ts";
import { isPart } from "./topic-silence.ts";

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
   * Makes alarms, and the pages that they belong to; returns the ARNs of those to look at, pages first. A
   * stage for experiments has pages only if somebody is told of them alone.
   *
   * @throws {TypeError} if the stage mutes an alarm that does not exist.
   */
  add(alarms: readonly CloudwatchAlarm[]): string[] {
    const { name: stage, alarms: { mute = [] } = {} } = this.#config;
    const hasPages = this.#config.production || this.#urgentArns.length > 0;
    const names = [...alarms.map(({ name }) => name), ...(hasPages ? pagesOf(alarms) : [])];
    const unknown = mute.find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new TypeError(
        `Stage ${stage}: alarms.mute: unknown alarm ${unknown} (known: ${names.join(", ")}).`,
      );
    const made = alarms.map((alarm) => {
      const isMuted = alarm.isMuted === true || mute.includes(alarm.name);
      const isQuiet = isMuted || (hasPages && alarm.onceKnown !== undefined);
      return { alarm, isMuted, made: this.#make(alarm, isQuiet) };
    });
    const topicArns = (level: "now" | "today") => [
      ...this.#topicArns,
      ...(level === "now" ? this.#urgentArns : []),
    ];
    const isMuted = (page: string) => mute.includes(page);
    const pages = hasPages ? makePages(this, this.#config, made, { isMuted, topicArns }) : [];
    return [...pages, ...made.flatMap((one) => (isPart(one.alarm) ? [] : [one.made.arn]))];
  }

  #make(alarm: CloudwatchAlarm, isQuiet: boolean): CloudwatchMetricAlarm {
    return new CloudwatchMetricAlarm(this, alarm.name, {
      alarmName: nameOf(this.#config, alarm.name),
      alarmDescription: `${alarm.description} What to do: rainhooks docs ${alarm.name}`,
      comparisonOperator: alarm.comparison,
      threshold: alarm.threshold,
      evaluationPeriods: alarm.periods,
      ...(alarm.enough === undefined ? {} : { datapointsToAlarm: alarm.enough }),
      treatMissingData: alarm.missingData ?? "notBreaching",
      ...(isQuiet ? { actionsEnabled: false } : {}),
      // Without actions for OK: each alarm of a new stage would say it once.
      alarmActions: [...this.#topicArns],
      tags: { level: isPart(alarm) ? "part" : "today" },
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

function mathOf({ expression, label, metrics, stat }: MetricMath, period: number) {
  const queries = Object.entries(metrics).map(([id, { namespace, name, dimensions }]: [string, Metric]) => ({
    id,
    metric: { namespace, metricName: name, dimensions, stat: stat ?? "Sum", period },
  }));
  return [...queries, { id: "value", expression, label, returnData: true }];
}
