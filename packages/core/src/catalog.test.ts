import { describe, expect, it } from "@jest/globals";
import {
  CATALOG,
  catalogEntry,
  catalogEntryOfTopic,
  EVENT_TYPES,
  isDerived,
  shortType,
} from "./catalog.ts";

describe("the catalog", () => {
  it("the catalog has the 18 events of RainMaker's table, one that only RainMaker's template has, and two derived ones", () => {
    expect(CATALOG).toHaveLength(21);
    expect(CATALOG.filter((row) => "inferred" in row).map(({ topic }) => topic)).toEqual([
      "esp_rainmaker_sns_user_node_sharing_remove",
    ]);
    expect(EVENT_TYPES.filter(isDerived)).toEqual([
      "rainhooks.event.node_session_ended",
      "rainhooks.event.alarm_changed",
    ]);
  });

  it("the catalog has no type or topic twice", () => {
    for (const name of ["type", "topic"] as const) {
      expect(new Set(CATALOG.map((row) => row[name])).size).toBe(CATALOG.length);
    }
  });

  it("the catalog has the topics whose names differ from their events", () => {
    const different = CATALOG.filter(
      ({ type, topic }) => shortType(type) !== topic.replace(/^esp_rainmaker_sns_|^rainhooks_/, ""),
    );
    expect(different.map(({ topic }) => topic)).toEqual([
      "esp_rainmaker_sns_node_parameter_modified",
      "esp_rainmaker_sns_node_alert",
      "esp_rainmaker_sns_automation_triggered",
      "esp_rainmaker_sns_node_registration",
      "esp_rainmaker_sns_node_config_modified",
    ]);
  });

  it("the catalog has the filter levels of RainMaker's table", () => {
    const levels = (type: (typeof EVENT_TYPES)[number]) => catalogEntry(type).filterLevels;
    for (const type of [
      "node_connected",
      "node_disconnected",
      "node_config_changed",
      "user_node_ota",
    ] as const) {
      expect(levels(`rmaker.event.${type}`)).toEqual(["system", "user", "node"]);
    }
    for (const type of [
      "node_registered",
      "admin_user_added",
      "new_tags_added",
      "existing_tags_attached",
    ] as const) {
      expect(levels(`rmaker.event.${type}`)).toEqual([]);
    }
    expect(levels("rmaker.event.node_ts_data")).toEqual(["system"]);
    expect(EVENT_TYPES.filter((type) => levels(type).length === 1)).toHaveLength(10);
  });

  it("the catalog finds an event under its former names", () => {
    expect(catalogEntry("rmaker.event.user_node_associated")?.type).toBe(
      "rmaker.event.user_node_added",
    );
    const former = catalogEntryOfTopic("esp_rainmaker_sns_user_node_association");
    expect(former?.type).toBe("rmaker.event.user_node_added");
    expect(catalogEntry("rmaker.event.nothing")).toBeUndefined();
    expect(catalogEntryOfTopic("nothing")).toBeUndefined();
  });
});

describe("shortType", () => {
  it("shortType removes the common prefix of all types", () => {
    expect(shortType("rmaker.event.node_connected")).toBe("node_connected");
  });
});
