import { TRIAL_NODE } from "@rainhooks/core/trial";
import { nameOf, type StackConfig } from "@rainhooks/stack/config/config";
import {
  arnMaker,
  keyFor,
  type PolicyStatement,
  topicArnsOf,
} from "@rainhooks/stack/policies/document";
import type { OperatorTask, PolicyContext, StackPart } from "@rainhooks/stack/stack-part";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import type { NeedsPlace } from "../check.ts";
import { CHECKS } from "../checks.ts";

/** The partitions of the node of trials: its own, and those of its series. */
const TRIAL_KEYS = {
  "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [TRIAL_NODE, `${TRIAL_NODE}#*`] },
};

/** Returns what is at each place. */
function placesOf(
  config: StackConfig,
  { deployed }: PolicyContext,
): Record<NeedsPlace, readonly string[]> {
  const arns = arnMaker(config);
  const own = (service: string, kind: string, ...names: string[]) =>
    names.map((name) => arns.of(service, `${kind}${nameOf(config, name)}`));
  const tables = (...names: string[]) => own("dynamodb", "table/", ...names);
  const webhooks = triggeredBy(deployed, "topics").map(({ name }) => name);
  const archive = arns.bucket(nameOf(config, "archive-*"));
  const { topicArn = [], urgentTopicArn = [] } = config.alarms ?? {};
  const sources = topicArnsOf(config, arns, { makesTopics: false });
  return {
    topics: [...own("sns", "", "*"), ...sources],
    "alarm-topics": [own("sns", "", "alarms"), topicArn, urgentTopicArn].flat(),
    queues: own("sqs", "", "*"),
    "dead-letters": own("sqs", "", "*-dead-letters"),
    tables: tables("*"),
    stores: tables("node-status*", "node-timeline*", "time-series*"),
    "filter-rules": tables("filter-rules"),
    erasures: tables("erasures"),
    replays: tables("replays"),
    rounds: tables("rounds"),
    slots: tables("table-slots"),
    functions: own("lambda", "function:", ...webhooks),
    alarms: own("cloudwatch", "alarm:", "*"),
    archive: [archive],
    "archive-objects": [`${archive}/deliveries/*`],
    "ask-all": ["*"],
  };
}

/** It invokes webhooks, and writes objects of the archive again. */
const doctorTask: OperatorTask = {
  name: "doctor",
  isUsual: false,
  changes: {
    items: ["erasures", "replays"],
    messages: ["*-dead-letters"],
    objects: ["archive-*/deliveries/*"],
    functions: ["*"],
    alarms: ["*"],
  },
  statements: (config, context) => {
    const places = Object.entries(placesOf(config, context)) as [NeedsPlace, string[]][];
    const statements = places.map(([place, resources]): PolicyStatement => {
      const Action = [...new Set(CHECKS.flatMap(({ needs }) => needs[place] ?? []))].sort();
      const Sid = `${place.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())}ForDoctor`;
      const Resource = [...new Set(resources)];
      return { Sid, Action, Resource, ...(place === "stores" ? { Condition: TRIAL_KEYS } : {}) };
    });
    return [...statements, ...keyFor(config, "Doctor", ["kms:Decrypt", "kms:GenerateDataKey"])];
  },
};

/** Who may look at all of a stage, and send an event through it. */
export const doctorPart: StackPart = { name: "doctor", tasks: [doctorTask] };
