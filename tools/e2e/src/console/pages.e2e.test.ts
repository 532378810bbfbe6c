import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { type RunningConsole, startConsole } from "@rainhooks/app-console/serve/console";
import { SHIPPED, SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { withShortWaits } from "@rainhooks/local/aws/stage/short-waits";
import type { SearchResponse } from "@rainhooks/stage/routes/responses";
import { reachRunningStage } from "@rainhooks/stage/stage-access";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver } from "@rainhooks/testing/receiver";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { runCommand } from "../cli/testing/run-command.ts";

const DRAW = fileURLToPath(new URL("./draw-page.ts", import.meta.url));

/*
 * Each page of the console, drawn without a browser from what a stage returns. console.e2e.test.ts
 * uses them in Chromium.
 */
describe("the console", () => {
  let running: TestStage;
  let console_: RunningConsole;
  let drawing: ChildProcess;
  let drawn: AsyncIterator<string>;

  beforeAll(async () => {
    running = await startTestStage();
    const fleet = { seed: 4, nodes: 20, events: 120, duplicates: 0, undecodable: 0.02 };
    const { reconciliation } = await runTestFleet(running, fleet, () => undefined);
    expect(reconciliation.problems).toEqual([]);
    console_ = await startConsole({
      reach: () => reachRunningStage(running.dataDir),
      port: 0,
    });
    const args = [DRAW, console_.address(), bundleDir("console")];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    drawing = child;
    drawn = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  });
  afterAll(async () => {
    drawing.kill();
    await console_.stop();
    await running.stop();
  });

  const rainhooks = async (...args: string[]) =>
    (await runCommand([...args, "--data", running.dataDir])).out;

  /** Draws a page until it shows a text. */
  async function draw(path: string, text: string): Promise<string> {
    drawing.stdin?.write(`${JSON.stringify({ path, text })}\n`);
    const { value = '""' } = await drawn.next();
    const shown: string = JSON.parse(value);
    expect([path, shown]).toEqual([path, expect.stringContaining(text)]);
    return shown;
  }

  it("the console shows the same fleet as the terminal, with its nodes", async () => {
    const { online, offline } = JSON.parse(await rainhooks("count", "--json"));
    const { nodes } = JSON.parse(await rainhooks("nodes", "--json"));
    // Counts and nodes are two requests, so each is waited for.
    expect(await draw("/", nodes[0].nodeId)).toContain("Fleet · Rainhooks");
    await draw("/", `nodes${online}online${offline}offline`);
  });

  it("the console shows a node with its firmware and its series", async () => {
    const { nodes } = JSON.parse(
      await rainhooks("nodes", "--type", "Temperature Sensor", "--json"),
    );
    const [{ nodeId, config }] = nodes;
    const shown = await draw(`/nodes/${nodeId}`, "Temperature Sensor.Temperature");
    expect(shown).toContain(config.name);
    expect(shown).toContain(config.firmware);
  });

  it("the console shows events live and from the archive", async () => {
    await rainhooks("trigger", "alert", "--node", "page-node");
    // What is live can be shown before the archive was read.
    await draw("/events", "from the archive");
    expect(await draw("/events", "page-node")).toContain("Live");
  });

  it("the console shows times in the time zone of the address", async () => {
    const { sentAtMs } = JSON.parse(await rainhooks("events", "--last", "1", "--json"));
    for (const timeZone of ["Asia/Kathmandu", "America/St_Johns"]) {
      const format = new Intl.DateTimeFormat("sv-SE", {
        dateStyle: "short",
        timeStyle: "medium",
        timeZone,
      });
      await draw(`/events?tz=${timeZone}`, format.format(sentAtMs));
    }
  });

  test.each([
    ["/alarms", "Nothing needs attention."],
    ["/no-such-page", "There is no such page."],
  ])("the console shows what is there at %s", draw);

  it("the console shows how a destination does, and why an event was sent to it or was not", async () => {
    const receiver = await startReceiver((_, response) =>
      response.writeHead(500).end("out of order"),
    );
    const add = (id: string, ...options: string[]) =>
      rainhooks("destinations", "add", id, "--url", `${receiver.url}/secret-path`, ...options);
    await add("erp", "--events", "alert", "--schedule", "none", "--description", "the factory");
    await add("readings", "--events", "node_ts_data");
    await add("cellar", "--events", "alert", "--tags", "place:cellar");
    await eventually(
      async () => {
        await rainhooks("trigger", "alert", "--node", "page-thread");
        return receiver.requests.length;
      },
      (count) => count > 0,
      { everyMs: 1000 },
    );
    expect(await draw("/destinations", "alert · the factoryfailing")).not.toContain("secret-path");
    expect(await rainhooks("destinations", "ls")).toMatch(
      /^erp +failing .* failed attempts? in a row, since/m,
    );
    expect(await rainhooks("destinations", "show", "erp")).toMatch(/^failing +\d+ failed attempt/m);
    expect(await draw("/destinations/erp", "0 % delivered")).toContain("the factory");
    // The attempts are another request.
    await draw("/destinations/erp", "failed 500");
    expect(
      await draw("/destinations/erp?state=delivered", "No such attempts in these 30 days."),
    ).not.toContain("failed 500");
    await draw("/destinations/nobody", "There is no destination nobody.");
    const { attempts } = JSON.parse(await rainhooks("attempts", "--destination", "erp", "--json"));
    const attempt = JSON.parse(await rainhooks("attempts", "show", attempts[0].id, "--json"));
    const event = await draw(
      `/events/${attempt.deliveryId}?at=${attempt.publishedMs}`,
      "responded with status 500",
    );
    expect(event).toMatch(/archivetook it; it has no filter/);
    expect(event).toMatch(/erpfailed 500.*Retry at erp/);
    expect(event).toContain("readingsdoes not want such events");
    expect(event).toContain("cellardoes not want events of this node");
    expect(event).toContain("What it says");
    await draw(
      "/events/nothing?at=1700000000000",
      "The event's delivery nothing is not in the archive.",
    );
    await receiver.stop();
  });

  it("the console finds a node, an event, what a receiver logs, and a destination by their ids, each with one request", async () => {
    const receiver = await startReceiver();
    await rainhooks("destinations", "add", "desk", "--url", receiver.url, "--events", "alert");
    const [request] = await eventually(
      async () => {
        await rainhooks("trigger", "alert", "--node", "found-node");
        // An event of another node may come first.
        return receiver.requests.filter(({ body }) => body.includes("found-node"));
      },
      ({ length }) => length > 0,
      { everyMs: 1000 },
    );
    const session = await enter(console_);
    const find = async (id: string) => {
      const query = new URLSearchParams({ id });
      const response = await fetch(`${console_.origin}/console/search?${query}`, {
        headers: session,
      });
      return (await response.json()) as SearchResponse;
    };
    const webhookId = String(request?.headers["webhook-id"]);
    const byWebhookId = await find(webhookId);
    const event = {
      kind: "event",
      title: "alert",
      page: "events",
      params: { at: expect.any(String) },
    };
    expect(byWebhookId).toEqual({ hits: [expect.objectContaining(event)], failures: [] });
    const [{ id: deliveryId = "" } = {}] = byWebhookId.hits;
    await eventually(
      () => find(deliveryId),
      ({ hits }) => hits.length > 0,
      { everyMs: 1000 },
    );
    expect(await find(deliveryId)).toMatchObject({ hits: [{ ...event, note: "found-node" }] });
    expect(await find("found-node")).toMatchObject({ hits: [{ kind: "node", page: "nodes" }] });
    expect(await find("desk")).toMatchObject({
      hits: [{ kind: "destination", page: "destinations" }],
    });
    expect(await find("found")).toEqual({ hits: [], failures: [] });
    const ask = async (path: string) =>
      (await fetch(`${console_.origin}/console/${path}`, { headers: session })).json();
    expect(await ask(`deliveries?text=${deliveryId}`)).toMatchObject({
      deliveries: [{ id: deliveryId, nodes: ["found-node"] }],
    });
    expect(await ask(`outcomes?ids=${deliveryId},unknown`)).toEqual({
      [deliveryId]: expect.arrayContaining([{ to: "desk", state: "delivered" }]),
    });
    // Without its time, too: somebody has typed the address.
    await draw(`/events/${deliveryId}`, "took it; it has no filter");
    await draw(`/events?text=${deliveryId}`, "found-node");
    await draw("/?match=found-node", "found-node has this id.");
    await receiver.stop();
  });

  it("the console shows each webhook with what it received", async () => {
    const shown = await draw("/webhooks?open=archive", "delivered");
    for (const { name } of SHIPPED_WEBHOOKS) expect(shown).toContain(name);
    expect(shown).toMatch(/1[2-9]\d delivered/);
  });
});

it("a verification that could not judge anything is shown as failed", async () => {
  const webhooks = SHIPPED_WEBHOOKS.filter(
    ({ name }) => name === "archive" || name === "node-status",
  );
  const running = await startTestStage({
    functions: [...webhooks.map(withShortWaits), ...triggeredBy(SHIPPED, "invocation")],
  });
  const reach = () => reachRunningStage(running.dataDir);
  const { address, origin, stop } = await startConsole({ reach, port: 0 });
  const session = await enter({ address });
  await fetch(`${origin}/console/actions/verify`, {
    method: "POST",
    headers: { ...session, origin, "x-rainhooks-action": "verify" },
    body: '{"store":"node-status"}',
  });
  const jobs = await eventually(
    async () => {
      const response = await fetch(`${origin}/console/jobs`, { headers: session });
      return (await response.json()) as readonly { readonly state: string }[];
    },
    ([job]) => job?.state !== "running",
  );
  expect(jobs).toMatchObject([
    { state: "failed", text: expect.stringContaining("could not be judged") },
  ]);
  await stop();
  await running.stop();
});

/** Lets a program in as the terminal lets in a browser; returns the headers of its requests. */
async function enter({ address }: Pick<RunningConsole, "address">) {
  const { headers } = await fetch(address(), { redirect: "manual" });
  return {
    cookie: headers.get("set-cookie")?.split(";")[0] ?? "",
    "x-rainhooks-key": headers.get("location")?.split("#key=")[1] ?? "",
  };
}
