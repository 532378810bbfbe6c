import { describe, expect, it, test } from "@jest/globals";
import { deliveryOf } from "@rainhooks/testing";
import { decode } from "./decode.ts";
import type { TimeSeriesData } from "./time-series.ts";

const TSDATA = {
  ts_data_version: "2021-09-13",
  ts_data: [
    {
      name: "Light.brightness",
      type: "esp.param.brightness",
      dt: "int",
      records: [
        { t: 1_715_600_000, v: 65 },
        { t: 1_715_600_060, v: 66 },
      ],
    },
  ],
};
const SIMPLE = {
  name: "Sensor.Temperature",
  type: "esp.param.temperature",
  dt: "float",
  t: 1_648_147_200,
  v: 25.5,
  d: 30,
};

function timeSeries(data: object, attributes: Record<string, string> = {}): TimeSeriesData {
  const body = { event_type: "rmaker.event.node_ts_data", event_data: data };
  const decoded = decode(deliveryOf(body, { attributes }));
  if (decoded.kind === "undecodable") throw decoded.error;
  return decoded.event.data as TimeSeriesData;
}

const BRIGHTNESS = {
  name: "Light.brightness",
  paramType: "esp.param.brightness",
  records: [
    { atMs: 1_715_600_000_000, dataType: "int", value: 65 },
    { atMs: 1_715_600_060_000, dataType: "int", value: 66 },
  ],
};

describe("node_ts_data", () => {
  test.each([
    ["in the data itself", { node_id: "n", ...TSDATA }],
    ["in PascalCase", { NodeId: "n", TsData: TSDATA.ts_data }],
    ["as an object in payload", { node_id: "n", payload: TSDATA }],
    ["as a string in Payload", { NodeId: "n", Payload: JSON.stringify(TSDATA) }],
    ["packed twice", { node_id: "n", data: JSON.stringify({ payload: JSON.stringify(TSDATA) }) }],
    ["in message_body", { node_id: "n", message_body: JSON.stringify(TSDATA) }],
  ])("finds the body of tsdata %s", (_, data) => {
    expect(timeSeries(data)).toMatchObject({ nodeId: "n", series: [BRIGHTNESS], rejected: [] });
  });

  test.each([
    ["in the data itself", { node_id: "n", ...SIMPLE }],
    ["as a string in payload", { node_id: "n", payload: JSON.stringify(SIMPLE) }],
    ["with a wrapped value", { node_id: "n", ...SIMPLE, v: { value: 25.5 } }],
  ])("finds the body of simple_tsdata %s", (_, data) => {
    const records = [{ atMs: 1_648_147_200_000, dataType: "float", value: 25.5, ttlDays: 30 }];
    expect(timeSeries(data).series).toEqual([
      { name: "Sensor.Temperature", paramType: "esp.param.temperature", records },
    ]);
  });

  it("takes the node from the message attributes when the data does not name it", () => {
    expect(timeSeries(TSDATA, { node_id: "from-attribute" }).nodeId).toBe("from-attribute");
  });

  it("keeps the valid readings of a body, and returns where and why others are invalid", () => {
    const records = [{ t: 1, v: 1 }, { t: "soon", v: 2 }, { t: 3, v: "warm" }, 7, { v: 4 }];
    const { series, rejected } = timeSeries({
      node_id: "n",
      ts_data: [{ name: "a", dt: "int", records }, { dt: "int" }],
    });
    expect(series).toEqual([{ name: "a", records: [{ atMs: 1000, dataType: "int", value: 1 }] }]);
    expect(rejected.map(({ path }) => path)).toEqual([
      "data.ts_data[0].records[1]",
      "data.ts_data[0].records[2]",
      "data.ts_data[0].records[3]",
      "data.ts_data[0].records[4]",
      "data.ts_data[1].name",
    ]);
    expect(rejected[1]?.reason).toBe('v: "warm" cannot be stored as "int"');
  });

  it("keeps unknown fields", () => {
    expect(timeSeries({ node_id: "n", ...TSDATA, firmware: "1.2" }).extra).toMatchObject({ firmware: "1.2" });
  });

  test.each([
    ["no node", TSDATA, "nodeId"],
    ["no series", { node_id: "n", payload: "{}" }, "no time series found"],
  ])("refuses data with %s", (_, data, reason) => {
    expect(() => timeSeries(data)).toThrow(reason);
  });
});
