import { setTimeout as pause } from "node:timers/promises";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import {
  PublishCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import {
  ALL_FUNCTIONS,
  startTestStage,
  type TestStage,
} from "@rainhooks/app-local/testing/test-stage";
import type { EventType } from "@rainhooks/core/catalog";
import { collect } from "@rainhooks/core/collections";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { readAlarmsOf } from "@rainhooks/extensions/alarms/alarms/alarm-store";
import { alarmsTable } from "@rainhooks/extensions/alarms/watch-tables";
import { event } from "@rainhooks/extensions/doctor/checks/event";
import { type Diagnosis, diagnose } from "@rainhooks/extensions/doctor/diagnose";
import { visitOf } from "@rainhooks/extensions/doctor/visit";
import { MAX_CACHE_AGE_MS } from "@rainhooks/extensions/forwarding/destinations/cached-destinations";
import { systemKey } from "@rainhooks/filter/rule";
import { writeRules } from "@rainhooks/filter/rule-table";
import { countNodes } from "@rainhooks/node-status/list";
import { createJob, newJob } from "@rainhooks/stage/operate/replay/job-store";
import { cancelReplay } from "@rainhooks/stage/operate/replay/run-job";
import { replayTable } from "@rainhooks/stage/operate/replay/target";
import { functionOf } from "@rainhooks/stage/outputs";
import { deadLettersOf } from "@rainhooks/stage/read-dead-letters";
import {
  type LocalStage,
  reachRunningStage,
  type StageAccess,
} from "@rainhooks/stage/stage-access";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { deliveryOf } from "@rainhooks/testing/samples";
import { addRuleAt } from "../alarms/play.ts";
import { runCommand } from "../cli/testing/run-command.ts";
import { placesWith } from "../privacy/stored-places.ts";

let running: TestStage;
let access: LocalStage;
let other: TestReceiver;

beforeAll(async () => {
  // With the sweep of alarms and the samples of the fleet.
  [running, other] = await Promise.all([
    startTestStage({ functions: ALL_FUNCTIONS }),
    startReceiver(),
  ]);
  access = await reachRunningStage(running.dataDir);
  await addRuleAt(
    running.stage,
    { name: "hot", kind: "threshold", series: "Trial.value", above: 0 },
    Date.now(),
  );
  await addRuleAt(running.stage, { name: "gone", kind: "offline", for: "1m" }, Date.now());
  await rainhooks("destinations", "add", "other", "--url", `${other.url}/hidden`);
  await pause(MAX_CACHE_AGE_MS + 1000);
});
afterAll(() => Promise.all([running.stop(), other.stop()]));

const rainhooks = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);
const REQUEST = { lookOnly: false, ring: false, wait: 20_000 };
const look = (
  asked: { readonly wait?: number } = {},
  outputs: StageAccess["outputs"] = access.outputs,
) => diagnose({ ...access, outputs }, { functions: SHIPPED, request: { ...REQUEST, ...asked } });
const findingsOf = ({ checks }: Diagnosis) =>
  checks.find(({ name }) => name === "event")?.findings ?? [];
const wrongIn = ({ checks }: Diagnosis) =>
  checks.flatMap(({ name, findings }) =>
    findings.flatMap(({ outcome, text }) => (outcome === "wrong" ? [`${name}: ${text}`] : [])),
  );

const store = (name: string) => ({
  client: access.clients.dynamodb,
  tableName: access.outputs.tables[name] ?? "",
});

/** Publishes that a node was offline and has a reading of 1, as it is and as the doctor does. */
async function publishOf(node_id: string, more: object = {}, attribute = node_id): Promise<void> {
  const timestamp = Date.now() - 600_000;
  const reading = {
    name: "Trial.value",
    dt: "int",
    records: [{ t: Math.floor(Date.now() / 1000), v: 1 }],
  };
  const events: [EventType, object][] = [
    ["rmaker.event.node_disconnected", { connectivity: { connected: false, timestamp } }],
    ["rmaker.event.node_ts_data", { ts_data: [reading] }],
  ];
  for (const [event_type, data] of events)
    await access.clients.sns.send(
      new PublishCommand({
        TopicArn: running.stage.provisioned.topics.get(event_type),
        Message: JSON.stringify({
          event_type,
          timestamp,
          event_data: { node_id, ...data, ...more },
        }),
        MessageAttributes: { node_id: { DataType: "String", StringValue: attribute } },
      }),
    );
}

/** Returns the subscription of a webhook to the topic of readings. */
async function subscriptionOf(webhook: string) {
  const TopicArn = running.stage.provisioned.topics.get("rmaker.event.node_ts_data") ?? "";
  const client = access.clients.sns;
  const pages = await collect(paginateListSubscriptionsByTopic({ client }, { TopicArn }));
  const all = pages.flatMap(({ Subscriptions = [] }) => Subscriptions);
  const own = all.find(({ Endpoint = "" }) => Endpoint.endsWith(`:rainhooks-local-${webhook}`));
  return { TopicArn, SubscriptionArn: own?.SubscriptionArn, Endpoint: own?.Endpoint };
}

describe("on a stage with destinations, alarms of nodes and samples of the fleet, the doctor", () => {
  it("the doctor finds no problem in less than two minutes, and sends nothing to destinations", async () => {
    const diagnosis = await look({ wait: 60_000 });
    expect(wrongIn(diagnosis)).toEqual([]);
    const text = JSON.stringify(diagnosis);
    for (const one of ["archive", "node-status", "time-series"])
      expect(text).toContain(`"${one} has them"`);
    expect(diagnosis.tookMs).toBeLessThan(120_000);
    expect(diagnosis.untried).toBeUndefined();
    expect(other.requests).toEqual([]);
  });

  it("the doctor leaves nothing of its event behind", async () => {
    expect(await placesWith(access, TRIAL_NODE)).toEqual([]);
  });

  it("the doctor publishes an event of a node that no other destination, alarm or count sees, though each sees other nodes", async () => {
    await publishOf(TRIAL_NODE);
    await publishOf("kitchen");
    const alarmsOf = (node: string) => readAlarmsOf(store(alarmsTable.name), node);
    await eventually(
      () => alarmsOf("kitchen"),
      (alarms) => new Set(alarms.map(({ rule }) => rule)).size === 2,
    );
    await eventually(
      async () => other.requests,
      (requests) => requests.length >= 2,
    );
    // A sweep and an attempt for it would have come by now.
    const isStored = (places: readonly string[]) => places.includes("table node-status");
    expect(isStored(await placesWith(access, TRIAL_NODE))).toBe(true);
    expect(await alarmsOf(TRIAL_NODE)).toEqual([]);
    expect(other.requests.filter(({ body }) => body.includes(TRIAL_NODE))).toEqual([]);
    expect(await countNodes(store("node-status"))).toMatchObject({ offline: 1, online: 0 });
    expect((await rainhooks("nodes", "--json")).out).not.toContain(TRIAL_NODE);
  });

  it("an event of another node goes to destinations and stays in the archive, though its attribute says that it is the doctor's", async () => {
    const places = async () => (await placesWith(access, "victim")).toSorted();
    await publishOf("victim", {}, TRIAL_NODE);
    await eventually(
      async () => other.requests.filter(({ body }) => body.includes("victim")).length,
      (count) => count === 2,
    );
    const isArchived = (stored: readonly string[]) =>
      stored.some((place) => place.startsWith("deliveries"));
    const before = await eventually(places, isArchived);
    expect(wrongIn(await look({ wait: 60_000 }))).toEqual([]);
    expect(await places()).toEqual(expect.arrayContaining(before));
    const verified = await rainhooks("verify", "node-status", "--node", "victim");
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining("equal")]);
  });

  it("the doctor prints text and JSON, and its run is recorded", async () => {
    const { code, out } = await rainhooks("doctor", "--look-only");
    expect([code, out]).toEqual([0, expect.stringContaining("0 problems")]);
    const json = await rainhooks("doctor", "--look-only", "--json");
    expect(JSON.parse(json.out)).toMatchObject({ stage: "local", isLocal: true, wrong: 0 });
    const { audits } = JSON.parse((await rainhooks("audit", "--json")).out);
    expect(audits[0]).toMatchObject({ operation: "doctor", outcome: "done", result: { wrong: 0 } });
  });
});

describe("the doctor looks at the rest, and takes out what it has sent, if", () => {
  const TAKEN = expect.objectContaining({ text: expect.stringMatching(/^taken out: \d+ items/) });

  it("the archive cannot be read", async () => {
    const archive = { bufferS: 1, ...access.outputs.archive, bucket: "gone", stream: "gone" };
    const found = findingsOf(await look({}, { ...access.outputs, archive }));
    expect(found).toEqual(
      expect.arrayContaining([
        { outcome: "not-checked", text: expect.stringMatching(/^archive: /) },
        { outcome: "ok", text: "node-status has them" },
        TAKEN,
      ]),
    );
  });

  it("the stage has no archive", async () => {
    const { archive: _, ...outputs } = access.outputs;
    const found = findingsOf(await look({}, outputs));
    expect(found).toEqual(
      expect.arrayContaining([{ outcome: "ok", text: "time-series has them" }, TAKEN]),
    );
  });

  it("a topic takes an event, and another one refuses it", async () => {
    const { archive, ...outputs } = access.outputs;
    const gone = "arn:aws:sns:us-east-1:000000000000:gone";
    if (archive === undefined) throw new TypeError("The stage has no archive.");
    const changed = { ...archive, topics: { ...archive.topics, node_ts_data: gone } };
    const found = findingsOf(await look({ wait: 1000 }, { ...outputs, archive: changed }));
    expect(found).toEqual([
      { outcome: "not-checked", text: expect.stringMatching(/^the events: /) },
      TAKEN,
    ]);
  });
});

it("the doctor sends nothing to functions that do not leave its events out", async () => {
  const visit = visitOf({ ...access, local: undefined }, { functions: SHIPPED, request: REQUEST });
  expect(await event.run(visit)).toEqual([
    {
      outcome: "not-checked",
      text: expect.stringMatching(/^deploy the stage with this version first/),
    },
  ]);
});

describe("the doctor names the cause if", () => {
  it("a filter rule refuses events", async () => {
    const type = "rmaker.event.node_connected";
    const write = (integrations: string[]) =>
      writeRules(store("filter-rules"), [{ ...systemKey(type), enabled: true, integrations }], [], {
        fromMs: Date.now() - 1000,
      });
    await write(["another"]);
    // Functions that have run before know a change of rules a minute later.
    const { checks } = await look({ wait: 5000 });
    expect(checks.find(({ name }) => name === "filter-rules")?.findings).toEqual([
      {
        outcome: "note",
        text: "a rule (system: integration-not-listed) refuses node_connected to the stage",
        toDo: expect.stringContaining("rainhooks rainmaker filters sync"),
      },
    ]);
    await write([access.outputs.integration]);
  });

  it("a subscription has a filter that lets nothing through", async () => {
    const set = async (AttributeValue: string) => {
      const { Endpoint: _, ...own } = await subscriptionOf("time-series");
      await access.clients.sns.send(
        new SetSubscriptionAttributesCommand({
          ...own,
          AttributeName: "FilterPolicy",
          AttributeValue,
        }),
      );
    };
    await set('{"nothing":["passes"]}');
    expect(wrongIn(await look({ wait: 2000 }))).toContain(
      "subscriptions: the subscription of time-series to esp_rainmaker_sns_node_ts_data has not the filter of the stage",
    );
    await set("{}");
  });

  it("a subscription is gone, and takes out what came by the others", async () => {
    const { sns } = access.clients;
    const { TopicArn, Endpoint, ...own } = await subscriptionOf("time-series");
    await sns.send(new UnsubscribeCommand(own));
    expect(wrongIn(await look({ wait: 5000 }))).toEqual(
      expect.arrayContaining([
        "subscriptions: time-series is not subscribed to esp_rainmaker_sns_node_ts_data",
        expect.stringMatching(/^event: the events are not in time-series: .*see above/),
      ]),
    );
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  });

  it("the doctor leaves what came after it to the command that it names, which leaves nothing behind", async () => {
    expect(JSON.stringify(await look({ wait: 0 }))).toContain(
      "rainhooks erase node rainhooks-doctor",
    );
    const erased = await rainhooks("erase", "node", TRIAL_NODE, "--yes", "--wait", "1m");
    expect([erased.code, erased.err]).toEqual([0, expect.not.stringContaining("!")]);
    expect(await placesWith(access, TRIAL_NODE)).toEqual([]);
  });

  it("a replay reads the archive: then lines stay, as dead letters do that it has not sent", async () => {
    const QueueUrl = functionOf(access.outputs, "node-status", "topics")?.deadLetterQueueUrl;
    const attributes = { node_id: TRIAL_NODE };
    const MessageBody = notificationText(deliveryOf({ by: TRIAL_NODE }, { attributes }));
    await access.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await publishOf("kitchen", { by: TRIAL_NODE });
    const job = newJob("r1", {
      request: { webhook: "node-status", fromMs: 0, toMs: 1, rate: 1, maxDeadLetters: 1 },
      hours: { first: "a", last: "b", late: [] },
      planned: 0,
      startedBy: "me",
      nowMs: Date.now(),
    });
    const lease = { runner: "me", leaseUntilMs: Date.now() + 600_000 };
    await createJob(replayTable(access), { ...job, ...lease });
    const found = findingsOf(await look({ wait: 60_000 }));
    expect(found.at(-1)).toMatchObject({
      outcome: "wrong",
      text: expect.stringContaining("has not ended"),
    });
    await cancelReplay(access, job.id);
    expect(findingsOf(await look({ wait: 60_000 })).at(-1)).toMatchObject({ outcome: "ok" });
    const places = await placesWith(access, `by\\":\\"${TRIAL_NODE}`);
    expect(places).toEqual([expect.stringMatching(/^deliveries/), "dead letters of node-status"]);
    expect(await deadLettersOf(access, "node-status")).toHaveLength(1);
  });

  it("a table is gone", async () => {
    await access.clients.dynamodb.send(
      new DeleteTableCommand({ TableName: store("node-timeline").tableName }),
    );
    const found = wrongIn(await look({ wait: 5000 }));
    expect(found).toContain("tables: the table rainhooks-local-node-timeline does not exist");
  });
});
