import type { StackConfig } from "@rainhooks/stack/config/config";
import { arnMaker } from "@rainhooks/stack/policies/document";
import type { StackPart, StackPlaces } from "@rainhooks/stack/stack-part";
import type { CloudwatchAlarm } from "@rainhooks/stack/watching/alarm";
import { neoEvents } from "../functions/neo-events/function.ts";
import { READINGS_TABLE } from "../iot-rules.ts";
import { sourcesTable } from "./costs.ts";
import { makeDisconnectReasons } from "./disconnect-reasons.ts";
import type { NeoFields } from "./fields.ts";
import { NeoSource } from "./neo-source.ts";
import { hasDisconnectReasons, isNeo, sourcesOf } from "./source.ts";

/**
 * RainMaker Neo as the source of a stage's events, and why nodes disconnect, which AWS IoT says with both.
 */
export const neoPart: StackPart<NeoFields> = {
  name: "neo",
  sources: sourcesOf,
  variants: [{ disconnectReasons: true }, { source: "neo" }],
  // The one that reads RainMaker Neo follows from the source.
  hasFunction: (config, { name }) => (name === neoEvents.name ? isNeo(config) : undefined),
  mistakes: (config) => (isNeo(config) ? mistakesWithNeo(config) : [withoutNeo(config)]),
  make,
  costs: { tables: (_production, _stack, prices) => [sourcesTable(prices)] },
  outputs: (config) => (isNeo(config) ? { source: "neo" } : {}),
  lookUps: (config) =>
    isNeo(config)
      ? [
          {
            sid: "LookUpReadings",
            calls: "dynamodb: DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource",
            on: [arnMaker(config).of("dynamodb", `table/${READINGS_TABLE}`)],
          },
        ]
      : [],
};

function withoutNeo({ functions = {} }: StackConfig): string | false {
  return neoEvents.name in functions && `functions.${neoEvents.name} has no effect without the source neo`;
}

/** Returns what is wrong with fields that fit only topics of RainMaker. */
function mistakesWithNeo({ topics, functions = {} }: StackConfig): (string | false)[] {
  const filtered = Object.keys(functions).filter((name) => functions[name]?.filterPolicy !== undefined);
  return [
    topics !== undefined && "topics has no effect with the source neo: the stage makes its topics itself",
    ...filtered.map(
      (name) =>
        `functions.${name}.filterPolicy: with the source neo, messages of AWS IoT have no attributes, and none of them would pass`,
    ),
    functions[neoEvents.name]?.deployed === false &&
      `functions.${neoEvents.name}.deployed: with the source neo, parameters and readings come through it`,
  ];
}

function make(config: StackConfig & NeoFields, { stack, account, topics, queueOf }: StackPlaces) {
  const alarms: CloudwatchAlarm[] = [];
  if (hasDisconnectReasons(config)) alarms.push(makeDisconnectReasons(stack, config, topics, account));
  if (!isNeo(config)) return alarms;
  const queue = queueOf(neoEvents.name);
  if (queue === undefined) throw new TypeError(`The stack has no queue of ${neoEvents.name}.`);
  return [...alarms, ...new NeoSource(stack, config, { account, topics, queue }).alarms()];
}
