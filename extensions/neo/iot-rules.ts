import type { EventType } from "@rainhooks/core/catalog";
import { type IotRule, IS_NODE, presence } from "@rainhooks/rainmaker/iot-rules";

/**
 * The events that a stage on RainMaker Neo has: of its nodes. Neo says nothing of users, sharing,
 * alerts and updates. Source: espressif/esp-rainmaker-neo, docs/api/MQTT_Node.yaml.
 */
export const NEO_EVENTS = [
  "rmaker.event.node_connected",
  "rmaker.event.node_disconnected",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_config_changed",
  "rmaker.event.existing_tags_attached",
  "rmaker.event.node_ts_data",
] as const satisfies readonly EventType[];

/**
 * Name of the table in which Neo keeps readings, and whose stream has them. Source:
 * espressif/esp-rainmaker-neo, src/rmneo/stacks/base_res_constants.py.
 */
export const READINGS_TABLE = "rmng-raw-ts-data";

/**
 * What a pipe sends of a record of that stream. With the row as it was before, a record could be
 * larger than a message of a queue may be; a write that changes nothing has no record. Sources:
 * Amazon EventBridge user guide, "Amazon EventBridge Pipes input transformation"; Amazon DynamoDB
 * developer guide, "Change data capture for DynamoDB Streams".
 */
export const READINGS_TEMPLATE = [
  '{"eventID": <$.eventID>, "dynamodb": {',
  '"ApproximateCreationDateTime": <$.dynamodb.ApproximateCreationDateTime>, "NewImage": <$.dynamodb.NewImage>}}',
].join("");

/**
 * True of every session but one that a newer one has replaced. AWS IoT does not promise a reason,
 * and what is compared with or joined by OR to something that is not there is not true. Source: AWS
 * IoT Core developer guide, "Operators" and "Case statements" of the SQL reference.
 */
const IS_NOT_REPLACED =
  "CASE isUndefined(disconnectReason) WHEN true THEN true ELSE disconnectReason <> 'DUPLICATE_CLIENTID' END";

const SESSION = "'session_id': sessionIdentifier, 'version': versionNumber";

/** The rules of a stage on RainMaker Neo. */
export const NEO_RULES: readonly IotRule[] = [
  {
    name: "neo-connected",
    description: "Nodes that connect.",
    sql: presence("connected", "rmaker.event.node_connected", SESSION),
    to: "rmaker.event.node_connected",
  },
  {
    name: "neo-disconnected",
    description: "Nodes that disconnect, but not those that have a newer session.",
    // The end of a session that a newer one has replaced can come after the begin of the newer one,
    // and the node is connected.
    sql: presence(
      "disconnected",
      "rmaker.event.node_disconnected",
      `${SESSION}, 'reason': disconnectReason`,
      `${IS_NODE} AND ${IS_NOT_REPLACED}`,
    ),
    to: "rmaker.event.node_disconnected",
  },
  {
    name: "neo-shadows",
    description: "What nodes report in the shadows of their parameters and of their identity.",
    // Without what is desired, and without the times of each value, which are larger than the
    // values.
    sql: [
      "SELECT topic(3) AS node_id, topic(6) AS shadow, timestamp, current.version AS version,",
      "previous.state.reported AS previous, current.state.reported AS current",
      "FROM '$aws/things/+/shadow/name/+/update/documents'",
      "WHERE startswith(topic(6), 'params-') = true OR topic(6) = 'iparams'",
    ].join(" "),
    to: "queue",
  },
];
