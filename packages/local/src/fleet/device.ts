import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { JsonValue } from "@rainhooks/core/json";
import type { Chance } from "../aws/chance.ts";

/** The state of a device when it reports a value. */
interface Moment {
  readonly atMs: number;
  /** When the node was switched on: its counters start there. */
  readonly bootedAtMs: number;
  /** From -1 to 1: a constant difference to other nodes of the kind. */
  readonly character: number;
  readonly chance: Chance;
}

/** A parameter of a device. */
export interface DeviceParam {
  readonly name: string;
  readonly type: string;
  readonly dataType: "bool" | "int" | "float" | "string" | "object" | "array";
  readonly value: (moment: Moment) => JsonValue;
  /**
   * Minutes between two readings, and readings per message; a parameter without them is reported
   * when it is used.
   */
  readonly readings?: { readonly everyMin: number; readonly together: number };
}

/** A kind of device. */
export interface Device {
  readonly name: string;
  readonly params: readonly DeviceParam[];
}

/** Daily curve: -1 at night, 1 in the afternoon. */
function dayCurve(atMs: number): number {
  const hour = (atMs / HOUR_MS) % 24;
  return Math.sin(((hour - 9) / 24) * 2 * Math.PI);
}

const tenths = (value: number) => Math.round(value * 10) / 10;

/** A lamp. People use it mostly in the evening. */
const LIGHT: Device = {
  name: "Light",
  params: [
    {
      name: "Power",
      type: "esp.param.power",
      dataType: "bool",
      value: ({ chance }) => chance.happens(0.5),
    },
    {
      name: "Brightness",
      type: "esp.param.brightness",
      dataType: "int",
      value: ({ chance }) => chance.int(1, 10) * 10,
    },
    {
      name: "Scene",
      type: "esp.param.mode",
      dataType: "string",
      value: ({ chance }) => chance.pick(["warm", "cold", "reading"]),
    },
  ],
};

/** A thermometer: warmer in the afternoon, with a battery that lasts for a year. */
const SENSOR: Device = {
  name: "Temperature Sensor",
  params: [
    {
      name: "Temperature",
      type: "esp.param.temperature",
      dataType: "float",
      value: ({ atMs, character, chance }) =>
        tenths(20 + 3 * dayCurve(atMs) + 3 * character + chance.int(-3, 3) / 10),
      readings: { everyMin: 15, together: 4 },
    },
    {
      name: "Battery",
      type: "esp.param.battery",
      dataType: "int",
      value: ({ atMs, character }) =>
        100 - Math.floor(((atMs / HOUR_MS / 24 + 180 * (character + 1)) % 365) / 3.65),
      readings: { everyMin: 360, together: 1 },
    },
  ],
};

/** An electricity meter: it counts from zero whenever it is switched on. */
const METER: Device = {
  name: "Energy Meter",
  params: [
    {
      name: "Energy",
      type: "esp.param.energy",
      dataType: "float",
      value: ({ atMs, bootedAtMs, character }) =>
        Math.round(Math.floor((atMs - bootedAtMs) / MINUTE_MS) * (1.5 + character)) / 100,
      readings: { everyMin: 30, together: 2 },
    },
    {
      name: "Phases",
      type: "esp.param.raw",
      dataType: "array",
      value: ({ chance }) => [chance.int(225, 235), chance.int(225, 235), chance.int(225, 235)],
      readings: { everyMin: 360, together: 1 },
    },
    {
      name: "Limits",
      type: "esp.param.raw",
      dataType: "object",
      value: ({ chance }) => ({ max: chance.int(10, 16), unit: "A" }),
    },
  ],
};

/** The kinds of devices; a fleet has equal numbers of each. */
export const DEVICES = [LIGHT, SENSOR, METER] as const;
