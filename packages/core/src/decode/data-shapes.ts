import type { JsonValue } from "../json.ts";
import {
  anything,
  flag,
  id,
  idList,
  listOf,
  optional,
  optionalFlag,
  optionalList,
  optionalText,
  packedJson,
  packedObject,
  Refusal,
  refuse,
  shape,
} from "./shape.ts";
import { parseTimeMs } from "./time.ts";
import { timeSeriesData } from "./time-series.ts";

/*
 * One shape per event. Field names are those of the push notifications with the same events (which
 * Espressif's own apps read) and of the few public SNS samples. For events whose data is
 * undocumented, no field is required, and all fields are kept in `extra`.
 */

const optionalId = optionalText;
const optionalTime = (value: JsonValue | undefined) => parseTimeMs(value);
const optionalNodes = optionalList(idList);
const nodesAliases = ["nodes", "nodeId", "nodeList"] as const;

function nodes(value: JsonValue | undefined): string[] | Refusal {
  const list = idList(value);
  return list instanceof Refusal || list.length > 0
    ? list
    : refuse(value, "expected at least one node id");
}

const user = { userId: optionalId } as const;
const oneNode = { ...user, nodeId: id } as const;

/** The event type says whether the node is online; the flag in the data only repeats it. */
const connectivity = shape({
  ...oneNode,
  connected: optionalFlag,
  connectivity: optional(shape({ connected: optionalFlag, timestamp: optionalTime })),
});

const membership = shape(
  { ...user, userRole: optionalText, nodeIds: nodes },
  { nodeIds: nodesAliases },
);

/** A sharing event without this field is a request; with it, it is the response. */
const accepted = optional(flag);

const nodeSharing = shape(
  {
    ...user,
    nodeIds: optionalNodes,
    accepted,
    requestId: optionalText,
    primaryUserName: optionalText,
    secondaryUserName: optionalText,
    metadata: optional(packedJson),
  },
  { nodeIds: nodesAliases, accepted: ["accept"] },
);

const groups = listOf(
  shape({ groupId: optionalId, groupName: optionalText }, { groupId: ["id"], groupName: ["name"] }),
  "expected a list of groups",
);

const groupSharing = shape(
  {
    ...user,
    groups,
    accepted,
    requestId: optionalText,
    sharedFrom: optionalText,
    sharedTo: optionalText,
  },
  { accepted: ["accept"] },
);

const groupMembership = shape({
  ...user,
  groups,
  requestId: optionalText,
  sharedFrom: optionalText,
  selfRemoval: optional(flag),
});

const conditions = listOf(
  shape({ params: anything, check: optionalText }),
  "expected a list of conditions",
);
const actions = listOf(
  shape({ nodeId: optionalId, params: anything }),
  "expected a list of actions",
);
const results = listOf(
  shape({ nodeId: optionalId, status: optionalText }),
  "expected a list of results",
);

const automation = shape(
  {
    ...user,
    automationId: optionalId,
    automationName: optionalText,
    conditions: optionalList(conditions),
    actions: optionalList(actions),
    results: optionalList(results),
    nodeId: optionalId,
  },
  { conditions: ["events"], results: ["status"] },
);

const tags = shape(
  { ...user, nodeIds: optionalNodes, tags: optionalList(idList) },
  { nodeIds: nodesAliases },
);

const ota = shape(
  {
    ...oneNode,
    otaJobId: optionalId,
    fwVersion: optionalText,
    fileSize: anything,
    metadata: optional(packedJson),
  },
  { fwVersion: ["firmwareVersion"] },
);

/** Why the MQTT session of a node ended, as AWS IoT says. */
const sessionEnd = shape(
  { ...oneNode, reason: optionalText, sessionId: optionalText },
  { nodeId: ["clientId"], reason: ["disconnectReason"], sessionId: ["sessionIdentifier"] },
);

const alarms = listOf(
  shape({
    alarmId: id,
    nodeId: optionalId,
    nodeName: optionalText,
    series: optionalText,
    start: optionalTime,
    raised: optionalTime,
    end: optionalTime,
    was: optionalId,
    memberCount: anything,
    members: optionalList(idList),
    value: anything,
    reason: optionalText,
  }),
  "expected a list of alarms",
);

/**
 * What has happened to alarms of a rule: `notice` is raised, cleared, retracted, revised or
 * reminder.
 */
const alarmChanged = shape(
  {
    ...user,
    notice: optionalText,
    rule: optionalText,
    version: anything,
    kind: optionalText,
    severity: optionalText,
    nodeIds: optionalNodes,
    alarms,
    destinations: optionalList(idList),
  },
  { nodeIds: nodesAliases },
);

const SHAPES = {
  "rmaker.event.node_connected": connectivity,
  "rmaker.event.node_disconnected": connectivity,
  "rmaker.event.user_node_sharing_add": nodeSharing,
  "rmaker.event.user_node_added": membership,
  "rmaker.event.user_node_removed": membership,
  "rmaker.event.node_params_changed": shape(
    { ...oneNode, params: packedObject },
    { params: ["payload"] },
  ),
  "rmaker.event.alert": shape(
    { ...oneNode, message: packedJson },
    { message: ["messageBody", "payload"] },
  ),
  "rmaker.event.node_automation_trigger": automation,
  "rmaker.event.user_node_group_sharing_add": groupSharing,
  "rmaker.event.user_node_group_added": groupMembership,
  "rmaker.event.user_node_group_removed": groupMembership,
  "rmaker.event.node_registered": shape(
    { ...user, nodeIds: optionalNodes, registeredAtMs: optionalTime },
    { nodeIds: nodesAliases, registeredAtMs: ["registrationTimestamp"] },
  ),
  "rmaker.event.admin_user_added": shape({ ...user, userName: optionalText }),
  "rmaker.event.new_tags_added": tags,
  "rmaker.event.existing_tags_attached": tags,
  "rmaker.event.node_config_changed": shape(
    { ...oneNode, config: optional(packedObject) },
    { config: ["nodeConfig", "payload"] },
  ),
  "rmaker.event.user_node_ota": ota,
  "rmaker.event.node_ts_data": timeSeriesData,
  "rmaker.event.user_node_sharing_remove": nodeSharing,
  "rainhooks.event.node_session_ended": sessionEnd,
  "rainhooks.event.alarm_changed": alarmChanged,
} as const;

type Shapes = typeof SHAPES;

/** With a name of its own, an error says the name instead of all shapes. */
export interface DataShapes extends Shapes {}

/** The shape of the data of each event in the catalog: `decode.ts` fails to compile without one. */
export const DATA_SHAPES: DataShapes = SHAPES;
