import { expect, it, test } from "@jest/globals";
import { readOptions } from "./options.ts";

const WEBHOOK = { name: "alerts", events: ["alert"], sink: "log" };

it("readOptions asks for each option if none is given, and takes the offered defaults", async () => {
  const asked: string[] = [];
  const options = await readOptions([], async (question, otherwise) => {
    asked.push(question);
    return question === "Its events, separated by commas" ? "alert,node_connected" : otherwise;
  });
  expect(asked).toHaveLength(5);
  expect(options).toEqual({
    folder: "my-hooks",
    webhook: { ...WEBHOOK, events: ["alert", "node_connected"] },
    region: "us-east-1",
    withInfra: true,
    packages: undefined,
  });
});

it("readOptions asks for nothing if the folder is given", async () => {
  const ask = () => Promise.reject(new Error("asked"));
  const options = await readOptions(["hooks", "--region", "eu-central-1", "--without-infra"], ask);
  expect(options).toEqual({
    folder: "hooks",
    webhook: WEBHOOK,
    region: "eu-central-1",
    withInfra: false,
    packages: undefined,
  });
  expect(await readOptions(["--help"], ask)).toBeUndefined();
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
])("readOptions refuses %j where nobody can be asked", async (args, message) => {
  await expect(readOptions(args, undefined)).rejects.toThrow(message);
});
