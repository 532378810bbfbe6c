import { expect, it } from "@jest/globals";
import { describeSettings } from "./describe-settings.ts";

it("describeSettings shows values, of a URL scheme and host, and of a secret its location", () => {
  const settings = {
    volume: { min: 0, max: 10, default: 5, description: "How loud." },
    api: { kind: "url" },
    broker: { kind: "url", protocols: ["mqtts"] },
    token: { kind: "secret" },
    wait: { kind: "duration", default: "5m" },
  } as const;
  const variables = {
    API: "https://a.example/path?key=abc",
    BROKER: "mqtts://b.example:8883/x",
    TOKEN: "ssm:/rainhooks/dev/bell/token",
  };
  expect(describeSettings(settings, variables)).toEqual({
    volume: { kind: "number", description: "How loud.", value: "5", isDefault: true },
    api: { kind: "url", value: "https://a.example", isDefault: false },
    broker: { kind: "url", value: "mqtts://b.example:8883", isDefault: false },
    token: { kind: "secret", value: "ssm:/rainhooks/dev/bell/token", isDefault: false },
    wait: { kind: "duration", value: "5m", isDefault: true },
  });
});
