import { type EventType, isDerived } from "@rainhooks/core/catalog";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { arnMaker } from "@rainhooks/stack/policies/document";
import type { EventSources } from "@rainhooks/stack/sources";
import type { StackPart, StackPlaces } from "@rainhooks/stack/stack-part";
import type { CloudwatchAlarm } from "@rainhooks/stack/watching/alarm";
import { type Bill, invocationsUsage } from "@rainhooks/stage/cost/usage";
import { neoEvents } from "../functions/neo-events/function.ts";
import { NEO_EVENTS, READINGS_TABLE } from "../iot-rules.ts";
import type { NeoFields } from "./fields.ts";
import { makeDisconnectReasons, makeNeoSource } from "./neo-source.ts";

/** Messages of a batch. With more nodes, batches are larger, and the function is cheaper. */
const BATCH = 10;

/**
 * Returns what events take until they are on a topic, by their source. What webhooks do with them
 * costs the same.
 */
function sourcesBill(events: number): Bill {
  const rule = { iotRule: events, iotAction: events };
  const published = { snsPublish: events / BATCH };
  /** The function receives and deletes ten messages with a call each. */
  const calls = (2 * events) / BATCH;
  const invocations = invocationsUsage(neoEvents, events / BATCH, BATCH);
  return {
    "classic: RainMaker publishes them": {},
    "Neo: connects, disconnects, reasons of disconnects": { ...rule, snsPublish: events },
    "Neo: parameters, identity, tags": {
      ...rule,
      ...invocations,
      ...published,
      sqsRequest: events + calls,
    },
    "Neo: readings": {
      ...invocations,
      ...published,
      pipe: events,
      sqsRequest: events / BATCH + calls,
    },
    "Neo: an update of a shadow without an event": {
      ...rule,
      ...invocations,
      sqsRequest: events + calls,
    },
  };
}

/** Whether the events of a stage come from RainMaker Neo. */
function isNeo({ source }: NeoFields): boolean {
  return source === "neo";
}

/**
 * Whether a stage asks AWS IoT why nodes disconnect. One on RainMaker Neo reads the same presence
 * events anyway.
 */
function hasDisconnectReasons(config: NeoFields): boolean {
  return config.disconnectReasons ?? isNeo(config);
}

/** The event of a rule of AWS IoT, which a stage has only if it asks for it. */
const SESSION_ENDED: EventType = "rainhooks.event.node_session_ended";

const NEO_TYPES: ReadonlySet<EventType> = new Set(NEO_EVENTS);

/**
 * Returns which events a stage has. RainMaker Neo has no topics, so with it all are the stage's
 * own.
 */
function sourcesOf(config: NeoFields): EventSources {
  return {
    makesTopics: isNeo(config),
    isAbsent: (type) => isNeo(config) && !isDerived(type) && !NEO_TYPES.has(type),
  };
}

/**
 * RainMaker Neo as the source of a stage's events, and why nodes disconnect, which AWS IoT says
 * with both.
 */
export const neoPart: StackPart<NeoFields> = {
  name: "neo",
  sources: sourcesOf,
  publishes: (config) => (hasDisconnectReasons(config) ? [SESSION_ENDED] : []),
  variants: [{ disconnectReasons: true }, { source: "neo" }],
  // The one that reads RainMaker Neo follows from the source.
  hasFunction: (config, { name }) => (name === neoEvents.name ? isNeo(config) : undefined),
  mistakes: (config) => (isNeo(config) ? mistakesWithNeo(config) : [withoutNeo(config)]),
  make,
  costs: {
    millionEvents: { bills: { "on a topic of the stage": sourcesBill(1e6) }, hasTotal: false },
  },
  outputs: (config) => (isNeo(config) ? { source: "neo" } : {}),
  lookUps: (config) =>
    isNeo(config)
      ? [
          {
            sid: "LookUpReadings",
            calls:
              "dynamodb: DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource",
            on: [arnMaker(config).of("dynamodb", `table/${READINGS_TABLE}`)],
          },
        ]
      : [],
};

function withoutNeo({ functions = {} }: StackConfig): string | false {
  return (
    neoEvents.name in functions &&
    `functions.${neoEvents.name} has no effect without the source neo`
  );
}

/** Returns what is wrong with fields that fit only topics of RainMaker. */
function mistakesWithNeo({ topics, functions = {} }: StackConfig): (string | false)[] {
  const filtered = Object.keys(functions).filter(
    (name) => functions[name]?.filterPolicy !== undefined,
  );
  return [
    topics !== undefined &&
      "topics has no effect with the source neo: the stage makes its topics itself",
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
  if (hasDisconnectReasons(config))
    alarms.push(makeDisconnectReasons(stack, config, topics, account));
  if (!isNeo(config)) return alarms;
  const queue = queueOf(neoEvents.name);
  if (queue === undefined) throw new TypeError(`The stack has no queue of ${neoEvents.name}.`);
  return [...alarms, ...makeNeoSource(stack, config, { account, topics, queue })];
}
