import { ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { setState } from "@rainhooks/extensions/forwarding/destinations/set-state";
import { removeDestination } from "@rainhooks/extensions/forwarding/destinations/store";
import type { Respond } from "@rainhooks/extensions/forwarding/testing/receivers";
import { Webhook } from "standardwebhooks";
import type { ForwardWorld } from "./forward-world.ts";
import { useWorlds } from "./use-worlds.ts";

const { newWorld, newArchivingWorld, receiving } = useWorlds();

let world: ForwardWorld;
beforeEach(async () => {
  world = await newWorld();
});

/** The events of a request: their nodes. */
const nodesIn = ({ body }: { readonly body: string }) =>
  (JSON.parse(body) as { readonly data: { readonly nodeId: string } }[]).map(
    ({ data }) => data.nodeId,
  );

/** Responds with these statuses, then with the last of them. */
const statuses =
  (...all: readonly number[]): Respond =>
  (_, response) => {
    const [next = 200] = all.length > 0 ? all : [200];
    if (all.length > 1) (all as number[]).shift();
    response.writeHead(next).end();
  };

const numbered = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => `n${index + first}`);

describe("a destination with batches", () => {
  it("a destination with batches gets events of several invocations in one request, with one id and one signature", async () => {
    const { url, requests } = await receiving();
    const { signingSecrets } = await world.add(url, { id: "crm", batchEvents: 10, batchWaitS: 30 });
    for (const node of numbered(3)) {
      world.alert(node);
      await world.run(SECOND_MS);
    }
    expect(requests).toEqual([]);
    await world.run(MINUTE_MS);
    expect(requests.map(nodesIn)).toEqual([["n1", "n2", "n3"]]);
    const [request] = requests;
    const [{ secret } = { secret: "" }] = signingSecrets;
    if (request === undefined) throw new Error("It did not arrive.");
    // The clock of the world is not that of the machine, so the signature is compared, not its
    // time.
    const { "webhook-id": id = "", "webhook-timestamp": at } = request.headers as Record<
      string,
      string
    >;
    const signed = new Webhook(secret).sign(id, new Date(Number(at) * 1000), request.body);
    expect(request.headers["webhook-signature"]).toBe(signed);
    const events = JSON.parse(request.body) as { readonly id: string }[];
    expect(id).toMatch(/^batch_/);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  it.each([{ batchEvents: 10, batchWaitS: 1 }, { inOrder: true }])(
    "a destination with %j gets its events from a worker that still knows another one with its id",
    async (settings) => {
      const { url, requests } = await receiving();
      await world.add(url, { id: "crm", ...settings });
      world.alert("n1");
      await world.run(10 * SECOND_MS);
      expect(requests).toHaveLength(1);
      await removeDestination(world.destinations, "crm");
      world.nowMs += 1;
      // The workers have read the destinations a moment ago.
      await world.add(url, { id: "crm", ...settings }, {}, 0);
      world.restart("forward");
      world.alert("n2");
      await world.run(MINUTE_MS);
      expect(requests).toHaveLength(2);
    },
  );

  it("a deeply nested event is sent in the array of its batch, and does no harm to other events", async () => {
    const { url, requests } = await receiving();
    const settings = { batchEvents: 10, batchWaitS: 1, format: "template" };
    await world.add(url, { id: "crm", ...settings, template: '["{{each}}", "{{data.message}}"]' });
    const deep = JSON.parse(`${"[".repeat(50)}1${"]".repeat(50)}`) as unknown;
    world.alert("n1", { message_body: { deep } });
    world.alert("n2", { message_body: "flat" });
    await world.run(MINUTE_MS);
    expect(requests.flatMap(({ body }) => JSON.parse(body) as unknown[])).toEqual([
      { deep },
      "flat",
    ]);
  });

  it("events of a batch whose template renders too much are sent in smaller batches, unless one alone is too large", async () => {
    const { url, requests } = await receiving();
    const template = `["{{each}}", "{{data.message}} of {{nodeId}}: ${"{{data}}".repeat(9)}"]`;
    const large = { batchEvents: 50, batchWaitS: 1, batchBytes: 1_048_576 };
    await world.add(url, { id: "crm", format: "template", template, ...large });
    for (const node of numbered(12)) world.alert(node);
    for (const node of numbered(3, 20)) world.alert(node, { message_body: '"'.repeat(60_000) });
    world.alert("loud", { message_body: '"'.repeat(125_000) });
    await world.run(DAY_MS);
    const nodes = requests.flatMap(({ body }) =>
      (JSON.parse(body) as string[]).map((text) => / of (n\d+):/.exec(text)?.[1]),
    );
    expect(nodes.sort()).toEqual([...numbered(12), ...numbered(3, 20)].sort());
    expect(world.reasons("retries")).toEqual([
      "sink-rejected: The body that the template makes has more than 4194304 bytes.",
    ]);
  });

  it("a destination with batches gets full batches without waiting, and never more than its maximum", async () => {
    const { url, requests } = await receiving();
    await world.add(url, { id: "crm", batchEvents: 10, batchWaitS: 600 });
    for (const node of numbered(24)) world.alert(node);
    await world.run(10 * SECOND_MS);
    expect(requests.map((one) => nodesIn(one).length)).toEqual([10, 10]);
    await world.run(11 * MINUTE_MS);
    expect(requests.flatMap(nodesIn).sort()).toEqual(numbered(24).sort());
  });

  it("a destination with batches gets no more bytes than its maximum, and a larger event by itself", async () => {
    const { url, requests } = await receiving();
    await world.add(url, { id: "crm", batchEvents: 100, batchWaitS: 0, batchBytes: 2048 });
    for (const node of numbered(10)) world.alert(node, { message_body: "x".repeat(400) });
    world.alert("large", { message_body: "x".repeat(5000) });
    await world.run(MINUTE_MS);
    const sizes = requests.map((one) => [nodesIn(one).includes("large"), one.body.length]);
    for (const [isLarge, bytes] of sizes) if (isLarge !== true) expect(bytes).toBeLessThan(2500);
    expect(requests.flatMap(nodesIn).length).toBe(11);
    expect(requests.filter((one) => nodesIn(one).includes("large")).map(nodesIn)).toEqual([
      ["large"],
    ]);
  });

  it("a destination with batches gets the same batch again after a failure, while other batches are sent", async () => {
    const { url, requests } = await receiving(statuses(500, 500, 200));
    await world.add(url, { id: "crm", batchEvents: 2, batchWaitS: 1 });
    for (const node of ["n1", "n2"]) world.alert(node);
    await world.run(2 * SECOND_MS);
    for (const node of ["n3", "n4"]) world.alert(node);
    await world.run(HOUR_MS);
    const ids = requests.map(({ headers }) => headers["webhook-id"]);
    expect(requests.map(nodesIn)).toEqual([
      ["n1", "n2"],
      ["n3", "n4"],
      ["n1", "n2"],
      ["n3", "n4"],
    ]);
    expect([ids[2], ids[3]]).toEqual([ids[0], ids[1]]);
    expect([requests[2]?.body, requests[3]?.body]).toEqual([requests[0]?.body, requests[1]?.body]);
  });

  it("each event of a batch that cannot be delivered is a dead letter, and they are redriven as a batch", async () => {
    const { url, requests } = await receiving(statuses(500, 500, 200));
    await world.add(url, { id: "crm", batchEvents: 5, batchWaitS: 1, schedule: [5] });
    for (const node of numbered(3)) world.alert(node);
    await world.run(HOUR_MS);
    const reason = expect.stringContaining("status 500");
    expect(world.reasons("retries")).toEqual([reason, reason, reason]);
    world.redrive("retries");
    await world.run(HOUR_MS);
    expect(requests.map((one) => nodesIn(one).toSorted())).toEqual([
      numbered(3),
      numbered(3),
      numbered(3),
    ]);
    expect(new Set(requests.map(({ headers }) => headers["webhook-id"])).size).toBe(2);
    expect(world.reasons("retries")).toEqual([]);
  });

  it.each([{}, { inOrder: true }])(
    "a destination with %j gets a redriven batch that is too large in parts, and a part of that again",
    async (order) => {
      let accepts = 0;
      const { url, requests } = await receiving((request, response) => {
        const isTooLarge = accepts > 0 && nodesIn(request).length > accepts;
        response
          .writeHead(
            accepts === 0 || accepts === 2 ? (isTooLarge ? 413 : 500) : isTooLarge ? 413 : 200,
          )
          .end();
      });
      await world.add(url, { id: "crm", batchEvents: 5, batchWaitS: 1, schedule: [], ...order });
      for (const index of [1, 2, 3, 4]) world.alert("n1", { message_body: String(index) });
      await world.run(HOUR_MS);
      // The batch, its halves, and their halves.
      for (const [accepted, letters] of [
        [2, 4],
        [1, 0],
      ] as const) {
        accepts = accepted;
        world.redrive("retries");
        await world.run(HOUR_MS);
        expect(world.reasons("retries").length).toBe(letters);
      }
      const delivered = requests
        .filter((one) => nodesIn(one).length === 1)
        .map(({ body }) => (JSON.parse(body) as { data: { message: unknown } }[])[0]?.data.message);
      expect(delivered.map(Number).sort()).toEqual([1, 2, 3, 4]);
    },
  );

  it("a destination with batches gets a batch in each format", async () => {
    const { url, requests } = await receiving();
    const template = JSON.stringify({
      batch: "{{id}}",
      count: "{{count}}",
      nodes: ["{{each}}", "{{nodeId}}"],
    });
    const batched = { batchEvents: 10, batchWaitS: 1 };
    await world.add(`${url}/raw`, { id: "raw", format: "raw", ...batched });
    await world.add(`${url}/cloudevents`, { id: "cloudevents", format: "cloudevents", ...batched });
    await world.add(`${url}/template`, {
      id: "template",
      format: "template",
      template,
      ...batched,
    });
    for (const node of numbered(2)) world.alert(node);
    await world.run(MINUTE_MS);
    const [raw, cloudevents, made] = ["raw", "cloudevents", "template"].map((name) =>
      requests.find(({ path }) => path === `/${name}`),
    );
    expect(JSON.parse(raw?.body ?? "")).toMatchObject([
      { event_data: { node_id: "n1" } },
      { event_data: { node_id: "n2" } },
    ]);
    expect(JSON.parse(cloudevents?.body ?? "")).toMatchObject([
      { subject: "n1" },
      { subject: "n2" },
    ]);
    expect(cloudevents?.headers["content-type"]).toMatch(/^application\/cloudevents-batch\+json/);
    const headers = made?.headers as Record<string, string>;
    expect(JSON.parse(made?.body ?? "")).toEqual({
      batch: headers["webhook-id"],
      count: 2,
      nodes: ["n1", "n2"],
    });
  });

  it("a destination with batches misses events while it is paused, and gets each of them once afterwards", async () => {
    const { world: archiving, recovery } = await newArchivingWorld();
    world = archiving;
    const { url, requests } = await receiving();
    await world.add(url, { id: "crm", batchEvents: 4, batchWaitS: 60 });
    for (const node of numbered(3)) world.alert(node);
    await world.run(SECOND_MS);
    await setState(world.destinations, "crm", {
      state: "paused",
      reason: "test",
      atMs: world.nowMs,
    });
    await world.run(10 * MINUTE_MS);
    for (const node of numbered(3, 4)) world.alert(node);
    await world.run(10 * MINUTE_MS);
    expect(requests).toEqual([]);
    await world.resume("crm");
    await recovery.recover("crm");
    await world.run(DAY_MS);
    expect(requests.flatMap(nodesIn).sort()).toEqual(numbered(6));
  });
});

/** Makes an event that waits in the outbox unreadable: the first of its lane. */
async function breakEntry({
  outbox: { client, tableName: TableName },
}: ForwardWorld): Promise<void> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const [first] = Items.filter(
    ({ item, lane }) => item?.S?.startsWith("e#") && lane?.S?.startsWith("crm."),
  )
    .map(({ lane, item }) => ({ lane, item }))
    .sort((a, b) => ((a.item?.S ?? "") < (b.item?.S ?? "") ? -1 : 1));
  const change = {
    UpdateExpression: "SET events = :broken",
    ExpressionAttributeValues: { ":broken": { B: Buffer.from("broken") } },
  };
  await client.send(new UpdateItemCommand({ TableName, Key: { ...first }, ...change }));
}

it.each([
  { batchEvents: 5, batchWaitS: 60 },
  { inOrder: true },
  { batchEvents: 5, batchWaitS: 60, inOrder: true },
])(
  "an event that cannot be read from the outbox is a dead letter, and the others are sent: %j",
  async (settings) => {
    const { url, requests } = await receiving(statuses(500, 200));
    await world.add(url, { id: "crm", ...settings });
    for (const index of [1, 2, 3]) {
      world.alert("a", { message_body: String(index) });
      await world.run(SECOND_MS);
    }
    await breakEntry(world);
    await world.run(HOUR_MS);
    const unreadable = [
      expect.stringContaining("data-invalid: Events that wait for a destination cannot be read"),
    ];
    expect(world.reasons("retries")).toEqual(unreadable);
    const [letter] = world.queuesOf("retries").deadLetters.peek();
    expect(letter?.body).toContain(Buffer.from("broken").toString("base64"));
    const messages = requests.flatMap(({ body }) =>
      ([JSON.parse(body)].flat() as { readonly data: { readonly message: number } }[]).map(
        (one) => one.data.message,
      ),
    );
    expect(new Set(messages)).toEqual(new Set([2, 3]));
    world.redrive("retries");
    await world.run(HOUR_MS);
    expect(world.reasons("retries")).toEqual([expect.stringContaining("body-not-json")]);
  },
);

describe("a destination with order", () => {
  const order = (requests: readonly { readonly body: string }[]) =>
    requests.map(({ body }) => {
      const { data } = JSON.parse(body) as {
        readonly data: { readonly nodeId: string; readonly message: string };
      };
      return `${data.nodeId} ${data.message}`;
    });

  it("a destination with order gets the events of a node one after the other; a failure delays that node alone", async () => {
    const { url, requests } = await receiving((request, response) => {
      const isFirst = request.body.includes('"nodeId":"a"') && requests.length < 2;
      response.writeHead(isFirst ? 500 : 200).end();
    });
    await world.add(url, { id: "crm", inOrder: true, schedule: [60] });
    const start = world.nowMs;
    for (const [index, node] of ["a", "b", "a", "b", "a"].entries())
      world.alert(node, { message_body: String(index) }, start + index);
    await world.run(30 * SECOND_MS);
    expect(order(requests)).toEqual(["a 0", "b 1", "b 3"]);
    await world.run(HOUR_MS);
    expect(order(requests)).toEqual(["a 0", "b 1", "b 3", "a 0", "a 2", "a 4"]);
    expect(new Set(requests.map(({ headers }) => headers["webhook-id"])).size).toBe(5);
  });

  it("a destination with order gets what was published earlier first, if both have arrived", async () => {
    const { url, requests } = await receiving();
    await world.add(url, { id: "crm", inOrder: true });
    const start = world.nowMs;
    for (const index of [3, 1, 2]) world.alert("a", { message_body: String(index) }, start + index);
    await world.run(MINUTE_MS);
    expect(order(requests)).toEqual(["a 1", "a 2", "a 3"]);
  });

  it("a destination with order gets the next event when one has no attempt left", async () => {
    const { url, requests } = await receiving(statuses(500, 200));
    await world.add(url, { id: "crm", inOrder: true, schedule: [] });
    const start = world.nowMs;
    for (const index of [1, 2]) world.alert("a", { message_body: String(index) }, start + index);
    await world.run(MINUTE_MS);
    expect(order(requests)).toEqual(["a 1", "a 2"]);
    await world.run(MINUTE_MS);
    world.redrive("retries");
    await world.run(HOUR_MS);
    expect(order(requests)).toEqual(["a 1", "a 2", "a 1"]);
  });

  it("a destination with order has a metric for what waits behind a failure", async () => {
    const { url } = await receiving(statuses(500, 200));
    await world.add(url, { id: "crm", inOrder: true, schedule: [36_000] });
    for (const index of [1, 2]) {
      world.alert("a", { message_body: String(index) });
      await world.run(MINUTE_MS);
    }
    await world.run(11 * HOUR_MS);
    const oldestS = world.metricLines.flatMap(
      (line) =>
        (JSON.parse(line) as { readonly OldestUndelivered?: number }).OldestUndelivered ?? [],
    );
    // The second event was delivered ten hours after it came.
    expect(Math.max(...oldestS)).toBeGreaterThan(9.9 * 3600);
    expect(oldestS.at(-1)).toBeGreaterThan(9.9 * 3600);
  });

  it("a destination with order gets batches of the events of one node, in their order", async () => {
    const { url, requests } = await receiving();
    await world.add(url, { id: "crm", inOrder: true, batchEvents: 3, batchWaitS: 5 });
    const start = world.nowMs;
    for (const index of [4, 3, 1, 2]) {
      world.alert("a", { message_body: String(index) }, start + index);
      world.alert("b", { message_body: String(index) }, start + index);
    }
    await world.run(MINUTE_MS);
    const shown = requests.map(({ body }) =>
      (
        JSON.parse(body) as {
          readonly data: { readonly nodeId: string; readonly message: string };
        }[]
      ).map(({ data }) => `${data.nodeId}${data.message}`),
    );
    expect(shown.sort()).toEqual([["a1", "a2", "a3"], ["a4"], ["b1", "b2", "b3"], ["b4"]]);
  });
});
