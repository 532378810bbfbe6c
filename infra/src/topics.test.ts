import { describe, expect, it } from "@jest/globals";
import { CATALOG } from "@rainhooks/core/catalog";
import { resources } from "@rainhooks/stack/stack-json";
import { synthesize } from "./synthesize.ts";
import { dev } from "./testing/stages.ts";
import { variant } from "./testing/variant.ts";

const { stack } = synthesize(dev);

function namesOfTopics(synthesized: ReturnType<typeof variant>): unknown[] {
  return Object.values(synthesized.data?.["aws_sns_topic"] ?? {}).map(({ name }) => name);
}

describe("topics", () => {
  it("topics are looked up by name and never created, except the topic of derived events", () => {
    const names = Object.values(stack.data?.["aws_sns_topic"] ?? {}).map(({ name }) => name);
    expect(names.toSorted()).toEqual(
      CATALOG.filter((row) => !("inferred" in row || "derived" in row))
        .map(({ topic }) => topic as string)
        .toSorted(),
    );
    expect(resources(stack, "aws_sns_topic").map(([, { name }]) => name)).toEqual([
      "rainhooks-dev-alarms",
      "rainhooks-dev-alarm-changed",
    ]);
  });

  it("a stage makes no topic of a derived event that nothing of it publishes", () => {
    const parts = ["archive", "node-status", "time-series"];
    const stores = variant({ parts, disconnectReasons: false });
    const made = resources(stores, "aws_sns_topic").map(([, { name }]) => name);
    expect(made).toEqual(["rainhooks-dev-alarms"]);
    const reasons = resources(variant({ parts, disconnectReasons: true }), "aws_sns_topic");
    expect(reasons.map(([, { name }]) => name)).toContain("rainhooks-dev-node-session-ended");
  });

  it("topics can be found under another prefix", () => {
    const prefixed = variant({
      topics: { prefix: "acme_", leaveOut: ["rmaker.event.user_node_sharing_add"] },
    });
    const names = namesOfTopics(prefixed);
    expect(names).toContain("acme_node_connected");
    expect(names).not.toContain("acme_user_node_sharing_add");
    // Leaving out another topic does not bring back the one that is always left out.
    expect(names).not.toContain("acme_user_node_sharing_remove");
  });

  it("topics can include the one that no public source documents", () => {
    const event = "rmaker.event.user_node_sharing_remove";
    const names = namesOfTopics(variant({ topics: { include: [event] } }));
    expect(names).toContain("esp_rainmaker_sns_user_node_sharing_remove");
    expect(
      namesOfTopics(variant({ topics: { include: [event], leaveOut: [event] } })),
    ).not.toContain("esp_rainmaker_sns_user_node_sharing_remove");
  });

  it("topics can be further ones of the deployment, to which only the archive subscribes", () => {
    const extra = ["esp_rainmaker_sns_node_status_modified", "esp_rainmaker_sns_node_registered"];
    const synthesized = variant({ topics: { extra } });
    expect(namesOfTopics(synthesized)).toEqual(expect.arrayContaining(extra));
    const subscriptions = resources(synthesized, "aws_sns_topic_subscription").map(([id]) => id);
    const ofExtra = subscriptions.filter((id) =>
      /node_status_modified|sns_node_registered/.test(id),
    );
    expect(ofExtra).toHaveLength(2);
    expect(ofExtra.every((id) => id.startsWith("archive_"))).toBe(true);
    expect(JSON.stringify(resources(synthesized, "aws_sqs_queue_policy"))).toContain(
      "extra_esp_rainmaker_sns_node_registered",
    );
  });
});
