import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/names";
import { arnMaker, topicArnsOf } from "@rainhooks/stack/policies/arns";
import { keyFor } from "@rainhooks/stack/policies/key-use";
import type { OperatorTask, PolicyContext, StackPart } from "@rainhooks/stack/stack-part";
import { erasuresTable } from "@rainhooks/stage/tables/erasures-table";
import { deadLetterQueueName } from "@rainhooks/webhook/names";
import { CHECKS } from "../checks.ts";
import { joinNeeds, type NeedsPlace } from "../needs.ts";

/** What each place is in a stage. */
const PLACES: Readonly<Record<NeedsPlace, (config: StackConfig, context: PolicyContext) => string[]>> = {
  // Those of RainMaker, and those that the stage makes.
  topics: (config) =>
    [
      ...topicArnsOf(config, arnMaker(config), { makesTopics: false, isAbsent: () => false }),
      own("sns", (name) => name)(config, ["*"]),
    ].flat(),
  "alarm-topics": (config) => {
    const { topicArn = [], urgentTopicArn = [] } = config.alarms ?? {};
    return [arnMaker(config).of("sns", nameOf(config, "alarms")), topicArn, urgentTopicArn].flat();
  },
  queues: (config) => own("sqs", (name) => name)(config, ["*"]),
  tables: (config, { tables }) => own("dynamodb", (name) => `table/${name}`)(config, tables),
  stores: (config, { tables }) =>
    own("dynamodb", (name) => `table/${name}`)(
      config,
      tables.filter((name) => STORES.test(name)),
    ),
  attempts: (config) => own("dynamodb", (name) => `table/${name}`)(config, ["attempts"]),
  "dead-letters": (config) => own("sqs", (name) => name)(config, [deadLetterQueueName("*")]),
  "filter-rules": (config) => own("dynamodb", (name) => `table/${name}`)(config, [filterRulesTable.name]),
  erasures: (config) => own("dynamodb", (name) => `table/${name}`)(config, [erasuresTable.name]),
  functions: (config, { deployed }) =>
    own("lambda", (name) => `function:${name}`)(
      config,
      deployed.map(({ name }) => name),
    ),
  alarms: (config) => own("cloudwatch", (name) => `alarm:${name}`)(config, ["*"]),
  archive: (config) => [arnMaker(config).bucket(nameOf(config, "archive-*"))],
  "archive-objects": (config) => [arnMaker(config).bucket(`${nameOf(config, "archive-*")}/*`)],
  all: () => ["*"],
};

/** The tables of the stores from which its event is taken out again, in both slots. */
const STORES = /^(?:node-status|node-timeline|time-series|time-series-rollups)(?:-b)?$/;

function own(service: string, resourceOf: (name: string) => string) {
  return (config: StackConfig, names: readonly string[]): string[] =>
    names.map((name) => arnMaker(config).of(service, resourceOf(nameOf(config, name))));
}

const doctorTask: OperatorTask = {
  name: "doctor",
  // It invokes functions, and writes objects of the archive again.
  isUsual: false,
  statements: (config, context) => [
    ...joinNeeds(CHECKS.map(({ needs }) => needs)).flatMap(([place, Action]) => {
      const Resource = PLACES[place](config, context);
      const words = place.split("-").map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`);
      return Resource.length === 0 ? [] : [{ Sid: `Doctor${words.join("")}`, Action, Resource }];
    }),
    ...keyFor(config, "Doctor", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ],
};

/** Who may look at all of a stage, and send an event through it. */
export const doctorPart: StackPart = { name: "doctor", tasks: [doctorTask] };
