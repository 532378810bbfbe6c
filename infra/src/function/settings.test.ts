import { expect, it } from "@jest/globals";
import { secretGrants, stageSettings } from "@rainhooks/stack/function/settings";
import { defineWebhook } from "@rainhooks/webhook/define";
import { dev } from "../testing/stages.ts";

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
const config = { ...dev, functions: { bell: { settings } } };

it("settings of a stage are variables, and secrets say where they are", () => {
  expect(stageSettings(config, bell)).toEqual({
    variables: {
      VOLUME: "7",
      HOOK: "ssm:/rainhooks-secrets/dev/bell/hook",
      TOKEN: "ssm:/acme/token",
      KEY: "ssm:/aws/reference/secretsmanager/acme/key",
    },
    mistakes: [],
  });
});

it("settings accept locations for secrets only, and only places that have a name", () => {
  const wrong = {
    volume: { ssm: "/x" },
    key: { secretsManager: "arn:aws:secretsmanager:us-east-1:123456789012:secret:k" },
  };
  expect(
    stageSettings({ ...dev, functions: { bell: { settings: wrong } } }, bell).mistakes,
  ).toEqual([
    "volume is not a secret of bell",
    "key must name a parameter or a secret, with letters, digits and _.-/, not an ARN",
  ]);
});

it("a text that looks like a place gives no permission", () => {
  const other = defineWebhook({
    name: "other",
    description: "d",
    events: ["rmaker.event.alert"],
    settings: { note: { kind: "text" } },
  });
  const note = "ssm:/rainhooks-secrets/prod/bell/token";
  const stage = { ...dev, functions: { other: { settings: { note } } } };
  expect(stageSettings(stage, other).variables).toEqual({ NOTE: note });
  expect(secretGrants(stage, other, (service, resource) => `${service}:${resource}`)).toEqual([]);
});

it("a function may fetch its own secrets, and no others", () => {
  const arnOf = (service: string, resource: string) => `${service}:${resource}`;
  expect(secretGrants(config, bell, arnOf)).toEqual([
    {
      actions: ["ssm:GetParameter"],
      resources: [
        "ssm:parameter/rainhooks-secrets/dev/bell/hook",
        "ssm:parameter/acme/token",
        "ssm:parameter/aws/reference/secretsmanager/acme/key",
      ],
    },
    {
      actions: ["secretsmanager:GetSecretValue"],
      resources: ["secretsmanager:secret:acme/key-??????"],
    },
  ]);
  expect(secretGrants(dev, { ...bell, settings: {} }, arnOf)).toEqual([]);
});
