import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { readDestination } from "@rainhooks/extensions/forwarding/destinations/store";
import type { ForwardWorld } from "./forward-world.ts";
import {
  HOME_ASSISTANT_ID,
  HomeAssistant,
  NTFY_TOKEN,
  Ntfy,
  SALESFORCE_CLIENT,
  Salesforce,
  type Service,
  SLACK_PATH,
  Slack,
} from "./services.ts";
import { useWorlds } from "./use-worlds.ts";

/*
 * The examples of docs/forward.md, against services that respond as the documentation of the real
 * ones says.
 */

const FOLDER = join(import.meta.dirname, "../../../../docs/forward");
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

const templateOf = (name: string) => readFileSync(join(FOLDER, `${name}.json`), "utf8");

const { newWorld, receiving } = useWorlds();
let world: ForwardWorld;
beforeEach(async () => {
  world = await newWorld();
});

const start = (service: Service) => receiving(service.respond);

/** Publishes an alert as nodes send it, and lets the functions run for a time. */
async function alert(text: string, ms = MINUTE_MS): Promise<void> {
  world.alert("thing3", { message_body: { "esp.alert.str": text } });
  await world.run(ms);
}

describe("Slack", () => {
  const slack = async () => {
    const service = new Slack();
    const { url, requests } = await start(service);
    const settings = {
      events: ["alert"],
      format: "template",
      template: templateOf("slack"),
      ratePerS: 1,
    };
    await world.add(`${url}${SLACK_PATH}`, { id: "slack", ...settings });
    return { service, requests };
  };

  it("Slack shows what a node says, in text that cannot mention a channel", async () => {
    const { service } = await slack();
    const time = new Date(world.nowMs).toISOString();
    await alert('<!channel> it is "hot" & loud');
    expect(service.taken).toEqual([
      {
        text: "Alert of a node",
        blocks: [
          { type: "header", text: { type: "plain_text", text: "Alert of a node" } },
          {
            type: "section",
            text: { type: "plain_text", text: 'thing3: <!channel> it is "hot" & loud' },
          },
          { type: "context", elements: [{ type: "plain_text", text: time }] },
        ],
      },
    ]);
  });

  it("Slack gets messages later if it wants fewer", async () => {
    const { service, requests } = await slack();
    service.refusals.push({ status: 429, headers: { "retry-after": "30" } });
    await alert("one");
    expect(service.taken).toHaveLength(1);
    expect(requests).toHaveLength(2);
  });

  it("a Slack channel that is archived disables its destination", async () => {
    const { service } = await slack();
    service.refusals.push({ status: 410, body: "channel_is_archived" });
    await alert("one");
    expect(await readDestination(world.destinations, "slack")).toMatchObject({ state: "disabled" });
  });
});

describe("Salesforce", () => {
  const salesforce = async () => {
    const service = new Salesforce();
    const { url, requests } = await start(service);
    const oauth2 = {
      tokenUrl: `${url}/services/oauth2/token`,
      clientId: SALESFORCE_CLIENT.id,
      clientSecret: SALESFORCE_CLIENT.secret,
      clientAuth: "body",
    } as const;
    const path =
      "/services/data/v60.0/sobjects/Rainmaker_Alert__c/Event_Id__c/{{id}}?_HttpMethod=PATCH";
    const settings = { events: ["alert"], format: "template", template: templateOf("salesforce") };
    await world.add(`${url}${path}`, { id: "salesforce", ...settings }, { oauth2 });
    return { service, requests };
  };

  it("Salesforce has one record for each alert, also if the request comes twice", async () => {
    const { service, requests } = await salesforce();
    const time = new Date(world.nowMs).toISOString();
    await alert("Too hot");
    await alert("Too cold");
    expect([...service.records.values()]).toEqual([
      { Node__c: "thing3", Message__c: "Too hot", Happened_At__c: time },
      expect.objectContaining({ Message__c: "Too cold" }),
    ]);
    const [id] = service.records.keys();
    expect(id).toBe(requests[1]?.headers["webhook-id"]);
    expect(service.tokens).toBe(1);
  });

  it("Salesforce gets the event again, with a new token, when the session has ended", async () => {
    const { service } = await salesforce();
    await alert("Too hot");
    service.endSession();
    await alert("Too cold");
    expect(service.records.size).toBe(2);
    expect(service.tokens).toBe(2);
  });
});

describe("Home Assistant", () => {
  it("Home Assistant runs an automation with the event", async () => {
    const service = new HomeAssistant();
    const { url } = await start(service);
    await world.add(`${url}/api/webhook/${HOME_ASSISTANT_ID}`, { id: "home", events: ["alert"] });
    await alert("Too hot");
    expect(service.taken).toEqual([
      {
        type: "rmaker.event.alert",
        timestamp: expect.any(String),
        data: { nodeId: "thing3", message: { "esp.alert.str": "Too hot" }, extra: {} },
      },
    ]);
  });

  it("Home Assistant cannot be called at a private address without the setting for that", async () => {
    const service = new HomeAssistant();
    const { url, requests } = await start(service);
    world = await newWorld({ sender: { allowPrivate: ["192.168.1.0/24"] } });
    await world.add(`${url}/api/webhook/${HOME_ASSISTANT_ID}`, { id: "home", schedule: [] });
    await alert("Too hot");
    expect(requests).toEqual([]);
    expect(world.reasons("attempts")).toEqual([expect.stringContaining("private or reserved")]);
  });
});

describe("ntfy", () => {
  it("ntfy shows an alert, and gets it again when there were too many", async () => {
    const service = new Ntfy();
    const { url, requests } = await start(service);
    const headers = { authorization: `Bearer ${NTFY_TOKEN}` };
    const settings = { events: ["alert"], format: "template", template: templateOf("ntfy") };
    await world.add(`${url}/`, { id: "phone", ...settings }, { headers });
    const limit = { code: 42901, http: 429, error: "limit access: too many requests" };
    service.refusals.push({ status: 429, body: limit });
    await alert("Too hot", DAY_MS);
    expect(service.taken).toEqual([
      {
        topic: "my-alerts",
        title: "Alert of thing3",
        message: "Too hot",
        priority: 4,
        tags: ["warning"],
      },
    ]);
    expect(requests).toHaveLength(2);
  });
});
