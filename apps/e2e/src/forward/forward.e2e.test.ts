import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventually, type ReceivedRequest, startReceiver, type TestReceiver } from "@rainhooks/testing";
import { type ForwardStage, startForwardStage } from "./forward-stage.ts";

describe("forward on the local stage", () => {
  let stage: ForwardStage;
  let receiver: TestReceiver;
  /** Statuses of the next responses by path; afterwards 204. */
  const statuses = new Map<string, number[]>();

  beforeAll(async () => {
    stage = await startForwardStage("node-status");
    receiver = await startReceiver(({ path }, response) => {
      response.writeHead(statuses.get(path)?.shift() ?? 204).end();
    });
  });
  afterAll(async () => {
    await receiver.stop();
    await stage.running.stop();
  });

  const requestsTo = (path: string): ReceivedRequest[] =>
    receiver.requests.filter((request) => request.path === path);
  const idsAt = (path: string) => requestsTo(path).map(({ headers }) => headers["webhook-id"]);

  it("sends an event of a node with three users once, and three times to who wants each copy", async () => {
    await stage.add(`${receiver.url}/once`, { id: "once", events: ["alert"] });
    await stage.add(`${receiver.url}/each`, { id: "each", events: ["alert"], eachCopy: true });
    await stage.add(`${receiver.url}/others`, { id: "others", events: ["node_connected"] });
    const timestamp = Date.now();
    for (const user_id of ["ann", "bob", "cid"])
      await stage.publish(
        "rmaker.event.alert",
        { node_id: "n1", user_id, message_body: "Too hot" },
        timestamp,
      );
    await eventually(
      () => requestsTo("/each"),
      (seen) => seen.length === 3,
    );
    expect(new Set(idsAt("/each")).size).toBe(3);
    await eventually(
      () => requestsTo("/once"),
      (seen) => seen.length > 0,
    );
    expect(idsAt("/once")).toEqual([expect.stringMatching(/^evt_[\w-]{43}$/)]);
    expect(JSON.parse(requestsTo("/once")[0]?.body ?? "")).toMatchObject({
      type: "rmaker.event.alert",
      data: { nodeId: "n1" },
    });
    expect(requestsTo("/others")).toEqual([]);
  });

  it("sends an event of a node with a tag to who wants that tag, and to a queue that the stage names", async () => {
    await stage.publish("rmaker.event.new_tags_added", { nodes: ["tagged"], tags: ["place:garden"] });
    await eventually(
      () => stage.tagsOf("tagged"),
      (tags) => tags.includes("place:garden"),
    );
    await stage.add(`${receiver.url}/garden`, { id: "garden", events: ["alert"], tags: ["place:garden"] });
    await stage.addTarget("orders", { id: "erp", events: ["alert"], tags: ["place:garden"] });
    await stage.refreshed();
    for (const node_id of ["untagged", "tagged"])
      await stage.publish("rmaker.event.alert", { node_id, message_body: "Too wet" });
    await eventually(
      () => requestsTo("/garden"),
      (seen) => seen.length > 0,
    );
    const [message] = await eventually(
      () => stage.received("orders"),
      (seen) => seen.length > 0,
    );
    expect(JSON.parse(message ?? "")).toMatchObject({ data: { nodeId: "tagged" } });
    expect(requestsTo("/garden").map(({ body }) => JSON.parse(body).data.nodeId)).toEqual(["tagged"]);
  });
});
