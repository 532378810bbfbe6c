import { expect, it, test } from "@jest/globals";
import { readOptions } from "./options.ts";

const WEBHOOK = { name: "alerts", events: ["alert"], sink: "log" };

it("readOptions has a default for each option but the folder", () => {
  expect(readOptions(["my-hooks", "--events", "alert,node_connected"])).toEqual({
    folder: "my-hooks",
    webhook: { ...WEBHOOK, events: ["alert", "node_connected"] },
    region: "us-east-1",
    withInfra: true,
    packages: undefined,
  });
  expect(readOptions(["hooks", "--region", "eu-central-1", "--without-infra"])).toMatchObject({
    region: "eu-central-1",
    withInfra: false,
  });
  expect(readOptions(["--help"])).toBeUndefined();
});

test.each([
  [[], "Usage: npm run new-project"],
  [["a", "b"], "Usage: npm run new-project"],
  [["My Hooks"], "is not a name for a project"],
  [["node_modules"], "npm refuses node_modules"],
  [["../rainhooks"], "npm refuses rainhooks"],
  [["a", "--webhook", "Door Bell"], "is not a name for a webhook"],
  [["a", "--webhook", "class"], "reserved word"],
  [["a", "--events", "rain"], "rain is not an event"],
  [["a", "--events", "alarm_changed"], "alarm_changed is not an event"],
  [["a", "--region", "Frankfurt"], "is not an AWS region"],
  [["a", "--loud"], "Unknown option '--loud'"],
])("readOptions refuses %j", (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
