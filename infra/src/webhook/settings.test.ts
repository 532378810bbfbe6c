import { expect, it } from "@jest/globals";
import { defineWebhook } from "@rainhooks/webhook/define";
import { dev } from "../testing/stages.ts";
import { secretGrants, stageSettings } from "./settings.ts";

const bell = defineWebhook({
  name: "bell",
  description: "d",
  events: ["rmaker.event.alert"],
  settings: {
    volume: { min: 0, max: 10, default: 5 },
    hook: { kind: "secret", holds: "url" },
    token: { kind: "secret" },
    key: { kind: "secret" },
  },
});
const settings = { volume: 7, token: { ssm: "/acme/token" }, key: { secretsManager: "acme/key" } };
const config = { ...dev, webhooks: { bell: { settings } } };

it("settings of a stage are variables, and secrets say where they are", () => {
  expect(stageSettings(config, bell)).toEqual({
    variables: {
      VOLUME: "7",
      HOOK: "ssm:/rainhooks/dev/bell/hook",
      TOKEN: "ssm:/acme/token",
      KEY: "ssm:/aws/reference/secretsmanager/acme/key",
    },
    mistakes: [],
  });
});

it("a function may fetch its own secrets, and no others", () => {
  const arnOf = (service: string, resource: string) => `${service}:${resource}`;
  expect(secretGrants(config, bell, arnOf)).toEqual([
    {
      actions: ["ssm:GetParameter"],
      resources: [
        "ssm:parameter/rainhooks/dev/bell/hook",
        "ssm:parameter/acme/token",
        "ssm:parameter/aws/reference/secretsmanager/acme/key",
      ],
    },
    { actions: ["secretsmanager:GetSecretValue"], resources: ["secretsmanager:secret:acme/key-??????"] },
  ]);
  expect(secretGrants(dev, { ...bell, settings: {} }, arnOf)).toEqual([]);
});
