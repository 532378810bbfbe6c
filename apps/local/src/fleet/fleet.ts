import type { Chance } from "./chance.ts";

/** A simulated node. */
export interface FleetNode {
  readonly id: string;
  readonly name: string;
  /** Parameters of its device, each with the values it takes. */
  readonly device: Device;
  /** Users it belongs to, the first one primary. Each gets a copy of the node's connectivity events. */
  readonly users: readonly string[];
  readonly group: string;
}

interface Device {
  readonly name: string;
  readonly params: readonly DeviceParam[];
}

/** A parameter of a device. */
export interface DeviceParam {
  readonly name: string;
  readonly type: string;
  readonly dataType: "bool" | "int" | "float" | "string" | "object" | "array";
  readonly value: (chance: Chance) => string | number | boolean | object;
}

const LIGHT: Device = {
  name: "Light",
  params: [
    { name: "Power", type: "esp.param.power", dataType: "bool", value: (chance) => chance.happens(0.5) },
    {
      name: "Brightness",
      type: "esp.param.brightness",
      dataType: "int",
      value: (chance) => chance.int(0, 100),
    },
    {
      name: "Scene",
      type: "esp.param.mode",
      dataType: "string",
      value: (chance) => chance.pick(["warm", "cold"]),
    },
  ],
};

const SENSOR: Device = {
  name: "Temperature Sensor",
  params: [
    {
      name: "Temperature",
      type: "esp.param.temperature",
      dataType: "float",
      value: (chance) => chance.int(-150, 400) / 10,
    },
    { name: "Battery", type: "esp.param.battery", dataType: "int", value: (chance) => chance.int(1, 100) },
  ],
};

const METER: Device = {
  name: "Energy Meter",
  params: [
    {
      name: "Energy",
      type: "esp.param.energy",
      dataType: "float",
      value: (chance) => chance.int(0, 99_999) / 100,
    },
    {
      name: "Phases",
      type: "esp.param.raw",
      dataType: "array",
      value: (chance) => [chance.int(225, 235), chance.int(225, 235), chance.int(225, 235)],
    },
    {
      name: "Limits",
      type: "esp.param.raw",
      dataType: "object",
      value: (chance) => ({ max: chance.int(10, 16), unit: "A" }),
    },
  ],
};

const DEVICES = [LIGHT, SENSOR, METER] as const;
const ID_LETTERS = [..."ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"];
const ID_LENGTH = 22;

/** Makes a fleet: ids in RainMaker's style, three kinds of devices, every fifth node shared with a second user. */
export function makeFleet(chance: Chance, size: number): FleetNode[] {
  const users = Array.from({ length: Math.ceil(size / 3) }, () => uuid(chance));
  return Array.from({ length: size }, (_, index) => {
    const device = DEVICES[index % DEVICES.length] ?? LIGHT;
    const owner = users[index % users.length] ?? "";
    return {
      id: Array.from({ length: ID_LENGTH }, () => chance.pick(ID_LETTERS)).join(""),
      name: `${device.name} ${index + 1}`,
      device,
      users: index % 5 === 0 ? [owner, chance.pick(users)] : [owner],
      group: `room-${index % 4}`,
    };
  });
}

function uuid(chance: Chance): string {
  const hex = (length: number) => Array.from({ length }, () => chance.int(0, 15).toString(16)).join("");
  return [hex(8), hex(4), `4${hex(3)}`, `8${hex(3)}`, hex(12)].join("-");
}
