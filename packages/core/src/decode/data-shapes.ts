import * as v from "valibot";
import type { JsonValue } from "../json.ts";
import { id, idList, packedJson, packedObject, shape } from "./shape.ts";
import { parseTimeMs } from "./time.ts";
import { timeSeriesData } from "./time-series.ts";

/*
 * One schema per event. Field names are those of the push notifications with the same events (which Espressif's own apps read) and of
 * the few public SNS samples. For events whose data is undocumented, no field is required, and all fields are kept in `extra`.
 */

const optionalId = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === "string" && value !== "" ? value : undefined)),
  ),
);
const optionalText = optionalId;
const optionalFlag = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === "boolean" ? value : undefined)),
  ),
);
const optionalTime = v.optional(v.pipe(v.unknown(), v.transform(parseTimeMs)));
const optionalNodes = v.optional(idList, () => []);
const nodes = v.pipe(idList, v.nonEmpty("expected at least one node id"));
const nodesAliases = ["nodes", "nodeId", "nodeList"] as const;

const user = { userId: optionalId } as const;
const oneNode = { ...user, nodeId: id } as const;

/** The event type says whether the node is online; the flag in the data only repeats it. */
const connectivity = shape({
  ...oneNode,
  connected: optionalFlag,
  connectivity: v.optional(shape({ connected: optionalFlag, timestamp: optionalTime })),
});

const membership = shape({ ...user, userRole: optionalText, nodeIds: nodes }, { nodeIds: nodesAliases });

/** A sharing event without this field is a request; with it, it is the response. */
const accepted = v.optional(v.boolean("expected true or false"));

const nodeSharing = shape(
  {
    ...user,
    nodeIds: optionalNodes,
    accepted,
    requestId: optionalText,
    primaryUserName: optionalText,
    secondaryUserName: optionalText,
    metadata: v.optional(packedJson),
  },
  { nodeIds: nodesAliases, accepted: ["accept"] },
);

const groups = v.array(
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
  selfRemoval: v.optional(v.boolean("expected true or false")),
});

const deviceParams = v.custom<JsonValue>((value) => value !== undefined);

const automation = shape(
  {
    ...user,
    automationId: optionalId,
    automationName: optionalText,
    conditions: v.optional(
      v.array(
        shape({ params: v.optional(deviceParams), check: optionalText }),
        "expected a list of conditions",
      ),
      () => [],
    ),
    actions: v.optional(
      v.array(shape({ nodeId: optionalId, params: v.optional(deviceParams) }), "expected a list of actions"),
      () => [],
    ),
    results: v.optional(
      v.array(shape({ nodeId: optionalId, status: optionalText }), "expected a list of results"),
      () => [],
    ),
    nodeId: optionalId,
  },
  { conditions: ["events"], results: ["status"] },
);

const tags = shape(
  { ...user, nodeIds: optionalNodes, tags: v.optional(idList, () => []) },
  { nodeIds: nodesAliases },
);

const ota = shape(
  {
    ...oneNode,
    otaJobId: optionalId,
    fwVersion: optionalText,
    fileSize: v.optional(v.unknown()),
    metadata: v.optional(packedJson),
  },
  { fwVersion: ["firmwareVersion"] },
);

/** The schema of each event's data. */
export const DATA_SHAPES = {
  "rmaker.event.node_connected": connectivity,
  "rmaker.event.node_disconnected": connectivity,
  "rmaker.event.user_node_sharing_add": nodeSharing,
  "rmaker.event.user_node_added": membership,
  "rmaker.event.user_node_removed": membership,
  "rmaker.event.node_params_changed": shape({ ...oneNode, params: packedObject }, { params: ["payload"] }),
  "rmaker.event.alert": shape({ ...oneNode, message: packedJson }, { message: ["messageBody", "payload"] }),
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
    { ...oneNode, config: v.optional(packedObject) },
    { config: ["nodeConfig", "payload"] },
  ),
  "rmaker.event.user_node_ota": ota,
  "rmaker.event.node_ts_data": timeSeriesData,
  "rmaker.event.user_node_sharing_remove": nodeSharing,
} as const;
