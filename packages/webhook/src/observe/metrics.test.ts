import { describe, expect, it } from "@jest/globals";
import { embeddedMetrics, noMetrics } from "./metrics.ts";

const dimensions = { Stage: "dev", Webhook: "hello" };

describe("embeddedMetrics", () => {
  it("embeddedMetrics is a document in CloudWatch's embedded metric format", () => {
    const line = JSON.parse(
      embeddedMetrics(
        dimensions,
        { ...noMetrics(), Received: 3, Delivered: 2, Failed: 1 },
        { eventAgesMs: [30, 10] },
        123,
      ),
    );
    expect(line).toMatchObject({ Stage: "dev", Webhook: "hello", Received: 3, EventAge: [30, 10] });
    const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
    expect(line._aws.Timestamp).toBe(123);
    expect(Namespace).toBe("Rainhooks");
    expect(Dimensions).toEqual([["Stage", "Webhook"]]);
    for (const { Name } of Metrics) expect(line).toHaveProperty(Name);
    expect(Metrics).toEqual([
      { Name: "Delivered", Unit: "Count" },
      { Name: "Failed", Unit: "Count" },
      { Name: "EventAge", Unit: "Milliseconds" },
    ]);
  });

  it("embeddedMetrics has counts of zero as fields that are no metrics", () => {
    const line = JSON.parse(embeddedMetrics(dimensions, noMetrics(), { eventAgesMs: [] }, 0));
    expect(line).toMatchObject({ ...noMetrics() });
    expect(line._aws.CloudWatchMetrics[0].Metrics).toEqual([]);
  });

  it("embeddedMetrics leaves the age out when there is none", () => {
    const line = JSON.parse(embeddedMetrics(dimensions, noMetrics(), { eventAgesMs: [] }, 0));
    expect(line).not.toHaveProperty("EventAge");
    expect(JSON.stringify(line._aws)).not.toContain("EventAge");
  });

  it("embeddedMetrics leaves a hundred values as they are", () => {
    const ages = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(
      JSON.parse(embeddedMetrics(dimensions, noMetrics(), { eventAgesMs: ages }, 0)).EventAge,
    ).toEqual(ages);
  });

  it("embeddedMetrics keeps to a hundred values, the smallest and the largest among them", () => {
    const ages = Array.from({ length: 1000 }, (_, index) => (index * 7919) % 1000);
    const { EventAge } = JSON.parse(
      embeddedMetrics(dimensions, noMetrics(), { eventAgesMs: ages }, 0),
    );
    expect(EventAge).toHaveLength(100);
    expect([EventAge[0], EventAge.at(-1)]).toEqual([0, 999]);
  });
});
