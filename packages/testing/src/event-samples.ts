/**
 * An event of each type of the catalog in the format of push notifications (snake_case, epoch milliseconds), with every known
 * field. The last one has an unknown type.
 */
const AT_MS = 1_700_000_000_123;
const node_id = "node";
const user_id = "user";
const nodes = [node_id, "node2"];

const DATA: Readonly<Record<string, object>> = {
  node_connected: { node_id, user_id, connectivity: { connected: true, timestamp: AT_MS } },
  node_disconnected: { node_id, user_id, connectivity: { connected: false, timestamp: AT_MS } },
  user_node_sharing_add: {
    user_id,
    nodes,
    accept: true,
    request_id: "r",
    metadata: { devices: [{ name: "d" }] },
  },
  user_node_added: { user_id, user_role: "primary", nodes },
  user_node_removed: { user_id, user_role: "primary", nodes },
  node_params_changed: { node_id, user_id, payload: { Light: { brightness: 5 } } },
  alert: { node_id, user_id, message_body: { "esp.alert.str": "hot" } },
  node_automation_trigger: {
    node_id,
    automation_name: "a",
    events: [{ params: { Light: { power: true } }, check: "==" }],
    actions: [{ node_id, params: { Light: { power: false } } }],
    status: [{ node_id, status: "success" }],
  },
  user_node_group_sharing_add: {
    groups: [{ group_name: "g", group_id: "1" }],
    accept: true,
    shared_from: "a",
  },
  user_node_group_added: { groups: [{ group_name: "g" }], request_id: "r" },
  user_node_group_removed: { groups: [{ group_name: "g" }], self_removal: true },
  node_registered: { node_id, registration_timestamp: AT_MS },
  admin_user_added: { user_id, user_name: "n" },
  new_tags_added: { nodes, tags: ["a:b"] },
  existing_tags_attached: { nodes, tags: ["a:b", "c:d"] },
  node_config_changed: { node_id, config: { info: { name: "n", fw_version: "1", type: "t", model: "m" } } },
  user_node_ota: { node_id, ota_job_id: "j", fw_version: "1", file_size: 5, metadata: { a: 1 } },
  node_ts_data: {
    node_id,
    ts_data: [
      {
        name: "Light.brightness",
        dt: "int",
        records: [
          { t: 1_700_000_000, v: 5 },
          { t: 1_700_000_060, v: 6, d: 3 },
        ],
      },
      { name: "Light.power", dt: "bool", records: [{ t: 1_700_000_000, v: true }] },
      { name: "Light.scene", dt: "object", records: [{ t: 1_700_000_000, v: { a: [1] } }] },
    ],
  },
  user_node_sharing_remove: { user_id, nodes, accept: false },
  something_new: { node_id, x: 1 },
};

/** The bodies of the samples. */
export const EVENT_SAMPLES: readonly object[] = Object.entries(DATA).map(([type, event_data]) => ({
  event_version: "v1",
  id: "1",
  event_type: `rmaker.event.${type}`,
  timestamp: AT_MS,
  description: "d",
  event_data,
}));
