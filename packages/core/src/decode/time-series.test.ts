import { describe, expect, it, test } from "@jest/globals";
import { deliveryOf } from "@rainhooks/testing/samples";
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
    ["as a series in the data itself", { node_id: "n", ...TSDATA.ts_data[0] }],
    ["in PascalCase", { NodeId: "n", TsData: TSDATA.ts_data }],
    ["as an object in payload", { node_id: "n", payload: TSDATA }],
    ["as a string in Payload", { NodeId: "n", Payload: JSON.stringify(TSDATA) }],
    ["packed twice", { node_id: "n", data: JSON.stringify({ payload: JSON.stringify(TSDATA) }) }],
    ["in message_body", { node_id: "n", message_body: JSON.stringify(TSDATA) }],
  ])("node_ts_data finds the body of tsdata %s", (_, data) => {
    expect(timeSeries(data)).toMatchObject({ nodeId: "n", series: [BRIGHTNESS], rejected: [] });
  });

  test.each([
    ["in the data itself", { node_id: "n", ...SIMPLE }],
    ["as a string in payload", { node_id: "n", payload: JSON.stringify(SIMPLE) }],
    ["with a wrapped value", { node_id: "n", ...SIMPLE, v: { value: 25.5 } }],
  ])("node_ts_data finds the body of simple_tsdata %s", (_, data) => {
    const records = [{ atMs: 1_648_147_200_000, dataType: "float", value: 25.5, ttlDays: 30 }];
    expect(timeSeries(data).series).toEqual([
      { name: "Sensor.Temperature", paramType: "esp.param.temperature", records },
    ]);
  });

  test.each([
    ["simple_ts_data", { node_id: "n", simple_ts_data: SIMPLE }],
    ["short names", { node_id: "n", name: "a", data_type: "int", ts: 1, val: "5" }],
    ["long names", { node_id: "n", name: "a", data_type: "int", timestamp: 1, value: "5" }],
  ])("node_ts_data finds a reading under %s", (_, data) => {
    const [series] = timeSeries(data).series;
    expect(series?.records).toMatchObject([
      series?.name === "a" ? { atMs: 1000, dataType: "int", value: 5 } : { value: 25.5 },
    ]);
  });

  it("node_ts_data finds series in four containers in one another, and no deeper", () => {
    const nested = (levels: number): object =>
      levels === 0 ? SIMPLE : { payload: { inner: 1, ...nested(levels - 1) } };
    expect(timeSeries({ node_id: "n", ...nested(4) }).series).toHaveLength(1);
    expect(() => timeSeries({ node_id: "n", ...nested(5) })).toThrow("no time series found");
  });

  it("node_ts_data treats an empty list of series as no series", () => {
    expect(timeSeries({ node_id: "n", payload: { ts_data: [] } })).toEqual({
      nodeId: "n",
      series: [],
      rejected: [],
      extra: { payload: { ts_data: [] } },
    });
  });

  it("node_ts_data reads the user if it is a string", () => {
    expect(timeSeries({ node_id: "n", user_id: "u", ...SIMPLE })).toMatchObject({ userId: "u" });
    expect(timeSeries({ node_id: "n", user_id: 5, ...SIMPLE })).not.toHaveProperty("userId");
  });

  it("node_ts_data ignores a type that is not a string", () => {
    expect(timeSeries({ node_id: "n", ...SIMPLE, type: 5 }).series[0]).not.toHaveProperty(
      "paramType",
    );
  });

  test.each([
    [0, undefined],
    [-1, undefined],
    [1, 1],
    [65_535, 65_535],
    [65_536, undefined],
    ["30", 30],
    ["soon", undefined],
  ])("node_ts_data reads %j days to live as %j", (d, ttlDays) => {
    expect(timeSeries({ node_id: "n", ...SIMPLE, d }).series[0]?.records[0]?.ttlDays).toBe(ttlDays);
  });

  it("node_ts_data uses the type and days to live of a reading, otherwise those of its series", () => {
    const records = [
      { t: 1, v: "1" },
      { t: 2, v: "1", dt: "bool", d: 7 },
    ];
    const { series } = timeSeries({
      node_id: "n",
      ts_data: [{ name: "a", dt: "int", d: 30, records }],
    });
    expect(series[0]?.records).toEqual([
      { atMs: 1000, dataType: "int", value: 1, ttlDays: 30 },
      { atMs: 2000, dataType: "bool", value: true, ttlDays: 7 },
    ]);
  });

  it("node_ts_data reads the node from the message attributes when the data does not have it", () => {
    expect(timeSeries(TSDATA, { node_id: "from-attribute" }).nodeId).toBe("from-attribute");
  });

  it("node_ts_data keeps the valid readings of a body, and returns where and why others are invalid", () => {
    const records = [{ t: 1, v: 1 }, { t: "soon", v: 2 }, { t: 3, v: "warm" }, 7, { t: 5 }];
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
    expect(rejected.map(({ reason }) => reason)).toEqual([
      "t: expected epoch seconds up to the year 9999",
      'v: cannot be stored as "int"',
      "expected an object",
      "v: is missing",
      "expected a string that is not empty",
    ]);
  });

  it("node_ts_data rejects a number that is not finite, without a type in the reason", () => {
    const body = `{"event_type":"rmaker.event.node_ts_data","event_data":{"node_id":"n","name":"a","t":1,"v":1e400}}`;
    const decoded = decode(deliveryOf(body));
    expect(decoded).toMatchObject({
      event: {
        data: { rejected: [{ path: "data", reason: "v: cannot be stored as a value" }] },
      },
    });
  });

  test.each<[string, object, object]>([
    [
      "beside a list of series",
      { ...TSDATA, firmware: "1.2" },
      { firmware: "1.2", ts_data_version: "2021-09-13" },
    ],
    ["beside a reading", { ...SIMPLE, firmware: "1.2" }, { firmware: "1.2" }],
    [
      "beside two containers",
      { payload: TSDATA, data: SIMPLE, firmware: "1.2" },
      { firmware: "1.2" },
    ],
    ["in a container without series", { payload: SIMPLE, data: "none" }, { data: "none" }],
    ["named like a part of a series", { payload: SIMPLE, type: "mine" }, { type: "mine" }],
  ])("node_ts_data keeps fields that it does not know, %s", (_, data, extra) => {
    expect(timeSeries({ node_id: "n", ...data }).extra).toEqual(extra);
  });

  test.each([
    ["no node", TSDATA, "nodeId"],
    ["an empty node", { node_id: "", ...TSDATA }, "nodeId: expected a string that is not empty"],
    [
      "no series",
      { node_id: "n", payload: "{}" },
      "no time series found: expected ts_data, or name, t and v",
    ],
    ["nothing in a container", { node_id: "n", payload: null }, "no time series found"],
    ["a name without readings", { node_id: "n", name: "a", t: 1 }, "no time series found"],
    ["a reading without a name", { node_id: "n", t: 1, v: 1 }, "no time series found"],
    [
      "series under a name that says nothing",
      { node_id: "n", other: TSDATA },
      "no time series found",
    ],
  ])("node_ts_data refuses data with %s", (_, data, reason) => {
    expect(() => timeSeries(data)).toThrow(reason);
  });
});
