import type { EventType } from "@rainhooks/core";
import type { Chance } from "./chance.ts";
import type { DeviceParam, FleetNode } from "./fleet.ts";

/** What the data of an event is made from. */
interface Happening {
  readonly node: FleetNode;
  readonly userId: string;
  readonly atMs: number;
  readonly chance: Chance;
}

/** A reading that a node_ts_data event carries, as the fleet knows it. */
export interface Reading {
  readonly series: string;
  readonly atMs: number;
  readonly value: unknown;
}

/** Data of an event in snake_case, and the readings in it. */
interface EventContent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly readings?: readonly Reading[];
}

type Make = (happening: Happening) => EventContent;

const nodeOnly: Make = ({ node }) => ({ data: { node_id: node.id } });
const nodeList: Make = ({ node }) => ({ data: { nodes: [node.id] } });
const groups: Make = ({ node }) => ({
  data: { groups: [{ group_id: `${node.group}-id`, group_name: node.group }] },
});
const tags: Make = ({ node }) => ({ data: { node_id: node.id, tags: [`esp.location:${node.group}`] } });

const connectivity =
  (connected: boolean): Make =>
  ({ node, atMs }) => ({ data: { node_id: node.id, connectivity: { connected, timestamp: atMs } } });

const paramsChanged: Make = ({ node, chance }) => {
  const changes = chance.happens(0.05) ? { Connectivity: { Connected: true } } : paramsOf(node, chance);
  return { data: { node_id: node.id, payload: maybePacked(changes, chance) } };
};

const alert: Make = ({ node, chance }) => {
  const message = chance.happens(0.5) ? { "esp.alert.str": "Battery is low" } : paramsOf(node, chance);
  return { data: { node_id: node.id, message_body: JSON.stringify(message) } };
};

const automation: Make = ({ node, chance }) => ({
  data: {
    automation_name: "Evening",
    node_id: node.id,
    events: [{ params: paramsOf(node, chance), check: "==" }],
    actions: [{ node_id: node.id, params: paramsOf(node, chance) }],
    status: [{ node_id: node.id, status: "success" }],
  },
});

const nodeSharing: Make = ({ node, chance }) => ({
  data: chance.happens(0.5)
    ? { nodes: [node.id], primary_user_name: "anna@example.com", request_id: `r${chance.int(1, 9999)}` }
    : { nodes: [node.id], secondary_user_name: "ben@example.com", accept: chance.happens(0.8) },
});

const groupSharing: Make = (happening) => ({
  data: {
    ...groups(happening).data,
    shared_from: "anna@example.com",
    shared_to: "ben@example.com",
    request_id: "r1",
  },
});

const configChanged: Make = ({ node }) => ({
  data: {
    node_id: node.id,
    config: {
      node_id: node.id,
      config_version: "2020-03-20",
      info: { name: node.name, fw_version: "1.2.0", type: node.device.name, model: "esp32c3" },
      devices: [{ name: node.device.name, params: node.device.params.map(({ name }) => ({ name })) }],
    },
  },
});

const ota: Make = ({ node, chance }) => ({
  data: {
    node_id: node.id,
    ota_job_id: `job-${chance.int(1, 99)}`,
    fw_version: "1.3.0",
    file_size: 1_048_576,
  },
});

const timeSeries: Make = (happening) =>
  happening.chance.happens(0.5) ? seriesList(happening) : simpleSeries(happening);

/** Body of `tsdata`: a series with several readings, the older ones sent late. */
const seriesList: Make = ({ node, atMs, chance }) => {
  const param = chance.pick(node.device.params.filter(({ dataType }) => !isComposite(dataType)));
  const readings = Array.from({ length: chance.int(1, 4) }, (_, index) =>
    readingOf(node, param, atMs, index, chance),
  );
  const body = {
    ts_data_version: "2021-09-13",
    ts_data: [
      {
        name: seriesName(node, param),
        type: param.type,
        dt: param.dataType,
        records: readings.map((reading) => ({ t: reading.atMs / 1000, v: reading.value })),
      },
    ],
  };
  return { data: { node_id: node.id, payload: maybePacked(body, chance) }, readings };
};

/** Body of `simple_tsdata`: one series with one reading and its time to live. */
const simpleSeries: Make = ({ node, atMs, chance }) => {
  const param = chance.pick(node.device.params);
  const reading = readingOf(node, param, atMs, chance.int(0, 3), chance);
  const body = {
    name: reading.series,
    type: param.type,
    dt: param.dataType,
    t: reading.atMs / 1000,
    v: reading.value,
    d: 30,
  };
  return { data: { node_id: node.id, ...body }, readings: [reading] };
};

function readingOf(
  node: FleetNode,
  param: DeviceParam,
  atMs: number,
  minutesAgo: number,
  chance: Chance,
): Reading {
  const second = Math.floor(atMs / 1000);
  return {
    series: seriesName(node, param),
    atMs: (second - minutesAgo * 60) * 1000,
    value: param.value(chance),
  };
}

function seriesName(node: FleetNode, param: DeviceParam): string {
  return `${node.device.name}.${param.name}`;
}

function isComposite(dataType: DeviceParam["dataType"]): boolean {
  return dataType === "object" || dataType === "array";
}

function paramsOf(node: FleetNode, chance: Chance): object {
  const param = chance.pick(node.device.params);
  return { [node.device.name]: { [param.name]: param.value(chance) } };
}

function maybePacked(value: object, chance: Chance): unknown {
  return chance.happens(0.5) ? JSON.stringify(value) : value;
}

/** How the data of each event is made. */
export const EVENT_CONTENT: Readonly<Record<EventType, Make>> = {
  "rmaker.event.node_connected": connectivity(true),
  "rmaker.event.node_disconnected": connectivity(false),
  "rmaker.event.user_node_sharing_add": nodeSharing,
  "rmaker.event.user_node_added": ({ node }) => ({ data: { nodes: [node.id], user_role: "primary" } }),
  "rmaker.event.user_node_removed": nodeList,
  "rmaker.event.node_params_changed": paramsChanged,
  "rmaker.event.alert": alert,
  "rmaker.event.node_automation_trigger": automation,
  "rmaker.event.user_node_group_sharing_add": groupSharing,
  "rmaker.event.user_node_group_added": groups,
  "rmaker.event.user_node_group_removed": groups,
  "rmaker.event.node_registered": nodeOnly,
  "rmaker.event.admin_user_added": ({ userId }) => ({ data: { user_name: `${userId}@example.com` } }),
  "rmaker.event.new_tags_added": tags,
  "rmaker.event.existing_tags_attached": tags,
  "rmaker.event.node_config_changed": configChanged,
  "rmaker.event.user_node_ota": ota,
  "rmaker.event.node_ts_data": timeSeries,
  "rmaker.event.user_node_sharing_remove": nodeList,
};
