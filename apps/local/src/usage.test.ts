import { expect, test } from "@jest/globals";
import { EVENT_TYPES, type EventType } from "@rainhooks/core/catalog";
import { usage } from "./options.ts";

test.each<[string, readonly (readonly EventType[])[], string]>([
  ["all events", [EVENT_TYPES, EVENT_TYPES], "node_connected"],
  ["alerts", [["rmaker.event.alert"]], "alert"],
  ["alerts, beside one of all events", [["rmaker.event.alert"], EVENT_TYPES], "alert"],
  [
    "what the other does not want",
    [["rmaker.event.alert"], ["rmaker.event.node_ts_data"]],
    "alert",
  ],
])("a webhook of %s is tried with an event that it wants", (_, events, expected) => {
  for (const watch of [false, true]) {
    const text = usage(
      { dataDir: ".rainhooks", watch },
      {},
      events.map((one) => ({ events: one })),
      undefined,
    );
    expect(text).toContain(` trigger ${expected} --node my-node`);
  }
});

test("a stage whose source refuses commands about RainMaker is not told to log in to it", () => {
  const texts = [{}, { refusal: "another cloud." }].map((source) =>
    usage({ dataDir: ".rainhooks", watch: false }, source, [], undefined),
  );
  expect(texts.map((one) => one.includes("rainmaker login"))).toEqual([true, false]);
});

test.each([
  ["rainhooks-workspace", "npm run -s rainhooks --"],
  ["my-hooks", "npx rainhooks"],
])("a stage that npm starts in %s shows its commands as they are typed there", (name, program) => {
  process.env["npm_package_name"] = name;
  process.env["npm_config_user_agent"] = "npm/11 node/v24";
  const text = usage({ dataDir: ".rainhooks", watch: true }, {}, [], undefined);
  const commands = text.split("\n").filter((line) => line.startsWith("  "));
  expect(commands).toHaveLength(4);
  // A copied line can be typed as it is, and all comments are below each other, whatever the
  // folder.
  const elsewhere = usage({ dataDir: "/a/folder of mine", watch: false }, {}, [], undefined).split(
    "\n",
  );
  for (const lines of [commands, elsewhere.filter((line) => line.includes("  # "))])
    expect(new Set(lines.map((line) => line.indexOf("  # "))).size).toBe(1);
  for (const command of commands)
    expect(command.slice(0, program.length + 3)).toBe(`  ${program} `);
});
