import { nameOf } from "@rainhooks/stack/names";
import { arnMaker, topicArnsOf } from "@rainhooks/stack/policies/arns";
import type { PolicyStatement } from "@rainhooks/stack/policies/document";
import { keyFor } from "@rainhooks/stack/policies/key-use";
import type { OperatorTask, StackPart } from "@rainhooks/stack/stack-part";
import { CHECKS } from "../checks.ts";
import { joinNeeds, type NeedsPlace } from "../needs.ts";

/** Service of each place that is the stage's own, and resources: names within the stage follow the slash. */
const OWN: Readonly<Partial<Record<NeedsPlace, readonly [service: string, ...resources: string[]]>>> = {
  topics: ["sns", "/*"],
  "alarm-topics": ["sns", "/alarms"],
  queues: ["sqs", "/*"],
  "dead-letters": ["sqs", "/*-dead-letters"],
  tables: ["dynamodb", "table//*"],
  stores: ["dynamodb", "table//node-status*", "table//node-timeline*", "table//time-series*"],
  attempts: ["dynamodb", "table//attempts"],
  "filter-rules": ["dynamodb", "table//filter-rules"],
  erasures: ["dynamodb", "table//erasures"],
  functions: ["lambda", "function:/*"],
  alarms: ["cloudwatch", "alarm:/*"],
};

/** It invokes functions, and writes objects of the archive again. */
const doctorTask: OperatorTask = {
  name: "doctor",
  isUsual: false,
  statements: (config) => {
    const arns = arnMaker(config);
    const archive = arns.bucket(nameOf(config, "archive-*"));
    const { topicArn = [], urgentTopicArn = [] } = config.alarms ?? {};
    const others: Readonly<Partial<Record<NeedsPlace, readonly string[]>>> = {
      topics: topicArnsOf(config, arns, { makesTopics: false, isAbsent: () => false }),
      "alarm-topics": [topicArn, urgentTopicArn].flat(),
      archive: [archive],
      "archive-objects": [`${archive}/*`],
      "ask-all": ["*"],
    };
    const statements = joinNeeds(CHECKS.map(({ needs }) => needs)).map(([place, Action]): PolicyStatement => {
      const [service = "", ...resources] = OWN[place] ?? [];
      const own = resources.map((one) => {
        const [kind = "", name = ""] = one.split(/\/(?=[^/]*$)/);
        return arns.of(service, `${kind}${nameOf(config, name)}`);
      });
      const Sid = `${place.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())}ForDoctor`;
      return { Sid, Action, Resource: [...new Set([...own, ...(others[place] ?? [])])] };
    });
    return [...statements, ...keyFor(config, "Doctor", ["kms:Decrypt", "kms:GenerateDataKey"])];
  },
};

/** Who may look at all of a stage, and send an event through it. */
export const doctorPart: StackPart = { name: "doctor", tasks: [doctorTask] };
