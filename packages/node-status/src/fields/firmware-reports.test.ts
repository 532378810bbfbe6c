import { expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { JsonValue } from "@rainhooks/core/json";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { project } from "../project.ts";
import { type FirmwareReport, firmwareReports } from "./firmware-reports.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 10, 24);

const stored = (reports: readonly FirmwareReport[]) =>
  firmwareReports.decode(JSON.parse(JSON.stringify(firmwareReports.encode(reports) ?? null)));
const joined = (all: readonly FirmwareReport[]) =>
  all
    .map((one) => [one])
    .reduce<readonly FirmwareReport[]>((a, b) => stored(firmwareReports.join(a, b)), []);

it("firmware reports have the first report of each firmware and day, for the newest eight, in any order and batches", () => {
  const reports = fc.array(
    fc.record({
      firmware: fc.constantFrom("1.0", "1.1", "2.0"),
      atMs: fc.integer({ min: 0, max: (6 * DAY_MS) / 1000 }).map((second) => second * 1000),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(reports, fc.nat(40), (all, cut) => {
      const firsts = all.filter(
        (one) =>
          !all.some(
            (other) =>
              other.firmware === one.firmware &&
              Math.floor(other.atMs / DAY_MS) === Math.floor(one.atMs / DAY_MS) &&
              other.atMs < one.atMs,
          ),
      );
      const keyOf = ({ firmware, atMs }: FirmwareReport) =>
        `${Math.floor(atMs / DAY_MS)} ${firmware}`;
      const keys = [...new Set(firsts.map(keyOf))].toSorted().slice(-8);
      const found = joined([...all.slice(cut), ...all, ...all.slice(0, cut)]);
      expect(found.map(keyOf).toSorted()).toEqual(keys);
      for (const report of found)
        expect(firsts.some((one) => keyOf(one) === keyOf(report) && one.atMs === report.atMs)).toBe(
          true,
        );
      expect(found.map(({ atMs }) => atMs)).toEqual(
        found.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
      );
    }),
  );
});

test.each<[JsonValue, readonly string[]]>([
  [{ info: { fw_version: "1.2.0" } }, ["1.2.0"]],
  [{ info: { fw_version: "__proto__" } }, ["__proto__"]],
  [{ info: { fw_version: "" } }, []],
  [{ info: { fw_version: 7 } }, []],
  [{ info: [] }, []],
  [{}, []],
])("a configuration %j says %j", (config, says) => {
  const body = {
    event_type: "rmaker.event.node_config_changed",
    event_data: { node_id: "n", config },
  };
  const decoded = decode(deliveryOf(body, { sentAtMs: START_MS }));
  if (decoded.kind !== "event") throw new Error("not decoded");
  expect(project([decoded.event], 0).firmwareReports.map(({ firmware }) => firmware)).toEqual(says);
});

test.each<[unknown, number]>([
  [undefined, 0],
  [null, 0],
  ["x", 0],
  [{}, 0],
  [[7], 0],
  [["a"], 0],
  [["a", 1, {}, null, 2, "b"], 2],
])("firmware reports decode of %j what is valid", (raw, count) => {
  expect(firmwareReports.decode(raw)).toHaveLength(count);
});
