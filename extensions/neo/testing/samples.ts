import type { EventType } from "@rainhooks/core/catalog";
import type { JsonObject } from "@rainhooks/core/json";

/**
 * A message of the documentation for nodes of RainMaker Neo, and the events that follow from it.
 */
export interface NeoSample {
  /** Its name there. */
  readonly name: string;
  /** Its topic, without what `rainmaker/nodes/<node>` or `$aws/things/<node>` begins it with. */
  readonly topic: string;
  readonly payload: JsonObject;
  /** The events in it, after all samples before it. */
  readonly events: readonly { readonly type: EventType; readonly data: JsonObject }[];
}

/** The node of the samples. */
export const SAMPLE_NODE = "ABCDEF1234567890";

const PARAMS = "shadow/name/params-abc123/update";
const TS = "ts/abc123";
const NOTIFY = "notify/abc123";
const reported = (state: JsonObject): JsonObject => ({ state: { reported: state } });
const paramsChanged = (payload: JsonObject) => ({
  type: "rmaker.event.node_params_changed" as const,
  data: { payload, shadow: "params-abc123" },
});
const reading = (data: JsonObject) => ({ type: "rmaker.event.node_ts_data" as const, data });
const none = (name: string, topic: string, payload: JsonObject): NeoSample => ({
  name,
  topic,
  payload,
  events: [],
});

/**
 * The examples for messages of nodes, in an order in which a node could send them. Presence is not
 * among them: AWS IoT says it. Source: espressif/esp-rainmaker-neo, docs/api/MQTT_Node.yaml
 * (0.8.0), "examples". Those without events carry nothing, or come by Basic Ingest.
 */
export const NEO_SAMPLES: readonly NeoSample[] = [
  {
    name: "Full state on startup",
    topic: PARAMS,
    payload: reported({
      params: {
        Light: { Power: false, Brightness: 50 },
        notify: { version: 17436565837, alexa: true },
      },
      online: true,
      ncfg_ver: 1743656583,
    }),
    events: [paramsChanged({ Light: { Power: false, Brightness: 50 } })],
  },
  {
    name: "Delta update — brightness change",
    topic: PARAMS,
    payload: reported({ params: { Light: { Brightness: 80 } } }),
    events: [paramsChanged({ Light: { Brightness: 80 } })],
  },
  {
    name: "Matter data model — reported attribute values",
    topic: PARAMS,
    payload: reported({
      params: {
        "0x1": {
          c: { s: { "0x6": { a: { "0x0": true } }, "0x300": { a: { "0x0": 130, "0x1": 128 } } } },
        },
        notify: { version: 17436565838 },
      },
      online: true,
      ncfg_ver: 1743656583,
    }),
    events: [
      paramsChanged({
        "0x1": {
          c: { s: { "0x6": { a: { "0x0": true } }, "0x300": { a: { "0x0": 130, "0x1": 128 } } } },
        },
      }),
    ],
  },
  {
    name: "Full indexed state on startup",
    topic: "shadow/name/iparams/update",
    payload: reported({
      data: { device: { t: { type: "Light", model: "LED_Smart", fw_version: "2.1.0" } } },
      params: { Light: { Brightness: 50 } },
      online: true,
      ncfg_ver: 1743656583,
    }),
    events: [
      {
        type: "rmaker.event.node_config_changed",
        data: { config: { info: { type: "Light", model: "LED_Smart", fw_version: "2.1.0" } } },
      },
    ],
  },
  {
    name: "Temperature reading (default — device.param)",
    topic: TS,
    payload: { k: "Sensor.Temperature", dt: "float", t: 1743656583, v: 25.5, tz: "Asia/Kolkata" },
    events: [
      reading({
        name: "Sensor.Temperature",
        dt: "float",
        t: 1743656583,
        v: 25.5,
        tz: "Asia/Kolkata",
      }),
    ],
  },
  {
    name: "Energy meter (cumulative, default — device.param)",
    topic: TS,
    payload: {
      k: "Meter.Energy",
      dt: "float",
      t: 1743656583,
      v: 1523.7,
      cumulative: true,
      tz: "UTC",
    },
    events: [
      reading({
        name: "Meter.Energy",
        dt: "float",
        t: 1743656583,
        v: 1523.7,
        tz: "UTC",
        cumulative: true,
      }),
    ],
  },
  {
    name: "Matter attribute timeseries (endpoint/cluster/attribute)",
    topic: TS,
    payload: { k: "0x1.c.s.0x402.a.0x0", dt: "int", t: 1743656583, v: 2500, tz: "UTC" },
    events: [
      reading({ name: "0x1.c.s.0x402.a.0x0", dt: "int", t: 1743656583, v: 2500, tz: "UTC" }),
    ],
  },
  none("Automation trigger fired", NOTIFY, {
    notify: {
      automation: {
        trigger: [
          { id: "node~temp-high", value: true },
          { id: "node~light-on", value: false },
        ],
      },
    },
  }),
  none("Mobile push notification", NOTIFY, { notify: { push: true } }),
  none("Node self factory-reset", NOTIFY, { notify: { node_reset: true } }),
  none("Startup handshake", "to_cloud", {
    event: ["getGroupInfo", "getTriggerVer", "getTimeSync"],
  }),
];
