import { describe, expect, it, test } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { checkMaintenance, maintenanceOf } from "./maintenance.ts";

const node = {
  id: "kitchen",
  name: undefined,
  type: undefined,
  model: undefined,
  firmware: undefined,
  tags: [],
};
const windowOf = (name: string, fromMs: number, toMs: number, where?: string) => ({
  name,
  fromMs,
  toMs,
  where,
});

describe("the maintenance of an alarm", () => {
  const windows = [
    windowOf("short", 10, 20),
    windowOf("long", 10, 40),
    windowOf("other", 10, 90, 'node.id == "hall"'),
    windowOf("middle", 15, 30),
  ];

  test.each([
    ["before all", 9, undefined],
    ["at the start of some", 10, "long"],
    ["within all", 19, "long"],
    ["just before the last end", 39, "long"],
    ["at the last end", 40, undefined],
  ])("%s is the window that ends last", (_, raisedMs, name) => {
    expect(maintenanceOf(windows, node, raisedMs)?.name).toBe(name);
  });

  it("the maintenance of an alarm is of the nodes that the window is about", () => {
    expect(maintenanceOf(windows, { ...node, id: "hall" }, 50)?.name).toBe("other");
  });
});

describe("a maintenance window", () => {
  test.each([
    ["of a moment", windowOf("move", 0, 1)],
    ["of 30 days", windowOf("move", 5, 5 + 30 * DAY_MS, 'node.type == "Light"')],
  ])("%s is right", (_, one) => {
    expect(checkMaintenance(one)).toBe(one);
  });

  test.each([
    ["no time", windowOf("move", 5, 5)],
    ["more than 30 days", windowOf("move", 0, 30 * DAY_MS + 1)],
    ["a start that is no time", windowOf("move", 9e15, 9e15 + DAY_MS)],
    ["an end that is no time", windowOf("move", 0, Number.NaN)],
  ])("a maintenance window with %s is refused", (_, one) => {
    expect(() => checkMaintenance(one)).toThrow("to must be after the start, by up to 30 days.");
  });
});
