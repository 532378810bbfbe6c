import { expect, it, test } from "@jest/globals";
import { filesOf as projectOf } from "./files.ts";
import { filesOf } from "./templates.mjs";

const webhook = { name: "heat-pump", events: ["alert", "node_connected"], sink: "http" };

it.each(["http", "dynamodb", "log", "none"])(
  "the app of a webhook with the sink %s has its name and its events",
  (sink) => {
    const files = filesOf({ ...webhook, sink });
    expect(Object.values(files).join("\n")).not.toMatch(/door-?bell/i);
    expect(files["src/webhook.ts"]).toContain(
      'events: ["rmaker.event.alert", "rmaker.event.node_connected"]',
    );
    expect(files["src/handler.test.ts"]).toContain(
      'eventOf("rmaker.event.node_connected", { nodeId: "n1" })]',
    );
    expect(files["README.md"]?.includes("Where it sends")).toBe(sink === "http");
  },
);

test("a project has what deploys it, or nothing of it, and the packages of its version", () => {
  const project = {
    name: "hooks",
    webhook,
    region: "eu-west-1",
    version: "1.2.3",
    isPacked: false,
  };
  const files = projectOf({ ...project, withInfra: true });
  expect(files["stages/dev.ts"]).toContain('region: "eu-west-1"');
  expect(JSON.parse(files["package.json"] ?? "")).toMatchObject({
    name: "hooks",
    scripts: { synth: "rainhooks synth" },
    devDependencies: { "@rainhooks/infra": "^1.2.3", rainhooks: "^1.2.3" },
  });
  expect(files["extensions.ts"]).toContain("functions: [heatPump]");
  expect(files[".gitignore"]).toContain("secrets.env");
  const alone = projectOf({ ...project, withInfra: false, isPacked: true });
  expect(Object.keys(files).filter((path) => !(path in alone))).toEqual([
    "cdktf.json",
    "stages/dev.ts",
  ]);
  expect(Object.values(alone).join("\n")).not.toMatch(/infra|synth|my-hooks|door-bell/);
  expect(JSON.parse(alone["package.json"] ?? "").dependencies).toEqual({
    "@rainhooks/webhook": "file:packages/rainhooks-webhook-1.2.3.tgz",
  });
});
