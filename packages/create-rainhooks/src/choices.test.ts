import { describe, expect, it } from "@jest/globals";
import { checkedChoices, readChoices } from "./choices.mjs";

const KNOWN = {
  events: ["alert", "node_connected", "node_disconnected"],
  folderOf: (name: string) => (name === "taken" ? "apps/taken" : undefined),
};
const read = (...args: string[]) => readChoices(args, { ...KNOWN, command: "new" });

describe("the choices for a new webhook", () => {
  it("a new webhook has the usual sink and events by default", () => {
    expect(read("bell")).toEqual({
      name: "bell",
      sink: "log",
      events: ["node_connected", "node_disconnected"],
    });
  });

  it("a new webhook has each event once, by its short or its full name", () => {
    const events = "rmaker.event.alert, node_connected,alert";
    expect(checkedChoices({ name: "bell", sink: "http", events }, KNOWN).events).toEqual([
      "alert",
      "node_connected",
    ]);
  });

  it.each([
    [
      { events: "alarm" },
      "alarm is not an event. Events: alert, node_connected, node_disconnected.",
    ],
    [{ events: "alert," }, "An empty text is not an event."],
    [{ sink: "kafka" }, "kafka is not a sink. Sinks: http, dynamodb, log, none."],
    [{ name: "delete" }, "delete is a reserved word of JavaScript."],
    [{ name: "b".repeat(31) }, "is not a name for a webhook"],
    [{ name: "Bell" }, "is not a name for a webhook"],
    [{ name: "taken" }, "apps/taken already exists."],
  ])("a new webhook is refused for %j", (change, text) => {
    expect(() =>
      checkedChoices({ name: "bell", sink: "log", events: "alert", ...change }, KNOWN),
    ).toThrow(text);
  });

  it.each([[["a", "b"]], [["--evnts", "alert"]], [[]]])(
    "a new webhook prints its usage for %j",
    (args) => {
      expect(() => read(...args)).toThrow("Usage: new <name>");
    },
  );
});
