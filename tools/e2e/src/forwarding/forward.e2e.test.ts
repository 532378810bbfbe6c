import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import {
  type ReceivedRequest,
  startReceiver,
  type TestReceiver,
} from "@rainhooks/testing/receiver";
import { type ForwardStage, startForwardStage } from "./forward-stage.ts";

describe("forward on the local stage", () => {
  let stage: ForwardStage;
  let receiver: TestReceiver;
  /** Statuses of the next responses by path; afterwards 204. */
  const statuses = new Map<string, number[]>();

  beforeAll(async () => {
    stage = await startForwardStage({ webhooks: ["node-status"] });
    receiver = await startReceiver(({ path }, response) => {
      response.writeHead(statuses.get(path)?.shift() ?? 204).end();
    });
  });
  afterAll(async () => {
    await receiver.stop();
    await stage.stop();
  });

  const requestsTo = (path: string): ReceivedRequest[] =>
    receiver.requests.filter((request) => request.path === path);
  const idsAt = (path: string) => requestsTo(path).map(({ headers }) => headers["webhook-id"]);

  it("forward sends an event of a node with three users once, and three times to a destination that wants each copy", async () => {
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

  it("forward sends an event of a node with a tag to the destination for that tag, and to a queue that the stage names", async () => {
    await stage.publish("rmaker.event.new_tags_added", {
      nodes: ["tagged"],
      tags: ["place:garden"],
    });
    await eventually(
      () => stage.tagsOf("tagged"),
      (tags) => tags.includes("place:garden"),
    );
    await stage.add(`${receiver.url}/garden`, {
      id: "garden",
      events: ["alert"],
      tags: ["place:garden"],
    });
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
    expect(requestsTo("/garden").map(({ body }) => JSON.parse(body).data.nodeId)).toEqual([
      "tagged",
    ]);
  });

  it("forward sends batches, by the condition of a destination, whose ids stay the same after a failure", async () => {
    await stage.publish("rmaker.event.node_config_changed", {
      node_id: "lamp-1",
      node_config: { info: { name: "Lamp", type: "light", fw_version: "1.0.0" } },
    });
    statuses.set("/batches", [503]);
    const where = 'event.type == "alert" && node.type == "light"';
    const settings = { id: "batches", where, batchEvents: 10, batchWaitS: 2, schedule: [1] };
    await stage.add(`${receiver.url}/batches`, settings);
    await stage.refreshed();
    for (const message_body of ["one", "two", "three"]) {
      await stage.publish("rmaker.event.alert", { node_id: "lamp-1", message_body });
      await stage.publish("rmaker.event.alert", { node_id: "other", message_body });
    }
    const texts = ({ body }: ReceivedRequest) =>
      (JSON.parse(body) as { readonly data: { readonly message: string } }[]).map(
        ({ data }) => data.message,
      );
    const delivered = () => requestsTo("/batches").slice(1).flatMap(texts);
    await eventually(delivered, (seen) => new Set(seen).size === 3);
    expect(delivered().sort()).toEqual(["one", "three", "two"]);
    const [first, ...others] = requestsTo("/batches");
    const again = others.find(
      ({ headers }) => headers["webhook-id"] === first?.headers["webhook-id"],
    );
    expect(again?.body).toBe(first?.body);
    expect(JSON.stringify(requestsTo("/batches"))).not.toContain('\\"nodeId\\":\\"other\\"');
  });

  it("forward sends the events of a node one after the other, also when one fails", async () => {
    statuses.set("/order", Array(100).fill(503));
    await stage.add(`${receiver.url}/order`, {
      id: "order",
      events: ["alert"],
      inOrder: true,
      schedule: Array(20).fill(2),
    });
    await stage.refreshed();
    const handled = () => stage.stage.totals("forward").Delivered ?? 0;
    for (const message_body of ["1", "2", "3"]) {
      const before = handled();
      await stage.publish("rmaker.event.alert", { node_id: "n9", message_body });
      // What two functions handle at the same time has no order.
      await eventually(handled, (count) => count > before);
    }
    const texts = () =>
      requestsTo("/order").map(({ body }) => String(JSON.parse(body).data.message));
    await eventually(texts, (seen) => seen.length > 1);
    statuses.delete("/order");
    const seen = await eventually(texts, (all) => all.includes("3"));
    expect(seen.slice(-4)).toEqual(["1", "1", "2", "3"]);
    expect(new Set(seen.slice(0, -2))).toEqual(new Set(["1"]));
  });
});
