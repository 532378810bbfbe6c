import { describe, expect, it } from "@jest/globals";
import type { ReceivedRequest } from "@rainhooks/testing/receiver";
import { Webhook } from "standardwebhooks";
import { newSigningSecret, rotateSecret } from "../secrets/rotate.ts";
import { useReceivers } from "../testing/receivers.ts";
import { alertTo, SECRET } from "../testing/samples.ts";

const { receiving, senderWith } = useReceivers();

const verified = (secret: string, { body, headers }: ReceivedRequest) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

function isSigned(request: ReceivedRequest, secret: string): boolean {
  try {
    return verified(secret, request) !== undefined;
  } catch {
    return false;
  }
}

describe("a request", () => {
  it("a request is signed as Standard Webhooks says, has its own headers, and is recorded without secrets", async () => {
    const { url, requests } = await receiving((_, response) => response.end("ok"));
    const request = alertTo(`${url}/hooks/hidden-path?key=hidden`, {
      secrets: { headers: { "x-api-key": "hidden" } },
    });
    const atMs = Date.now();
    const { outcome, record } = await senderWith({ nowMs: () => atMs }).sendOnce(request);
    const [received] = requests;
    expect(received).toMatchObject({
      method: "POST",
      path: "/hooks/hidden-path?key=hidden",
      headers: {
        "x-api-key": "hidden",
        "content-type": "application/json",
        "user-agent": "rainhooks",
      },
    });
    if (received !== undefined)
      expect(verified(SECRET, received)).toMatchObject({
        type: "rmaker.event.alert",
        data: { nodeId: "n1" },
      });
    expect(outcome).toEqual({ kind: "delivered" });
    expect(record).toEqual({
      destination: "crm",
      webhookId: "evt_1",
      deliveryId: request.events[0].delivery.id,
      publishedMs: request.events[0].delivery.sentAtMs,
      eventType: "rmaker.event.alert",
      nodeId: "n1",
      attempt: 1,
      atMs,
      method: "POST",
      url,
      headers: {
        "content-type": "application/json",
        "user-agent": "rainhooks",
        "x-api-key": "***",
        "webhook-id": "evt_1",
        "webhook-timestamp": String(Math.floor(atMs / 1000)),
        "webhook-signature": "***",
      },
      bodyBytes: Buffer.byteLength(received?.body ?? ""),
      status: 200,
      durationMs: expect.any(Number),
      response: "ok",
      outcome: "delivered",
    });
    expect(JSON.stringify(record)).not.toContain("hidden");
  });

  it("a request is signed with the old and the new secret during a rotation, then with the new one only", async () => {
    const { url, requests } = await receiving();
    const before = alertTo(url);
    const secrets = rotateSecret(before.secrets, Date.now(), 60);
    const [present = { secret: "" }] = secrets.signingSecrets;
    await senderWith().sendOnce({ ...before, secrets });
    await senderWith({ nowMs: () => Date.now() + 61_000 }).sendOnce({ ...before, secrets });
    const [during, after] = requests;
    if (during === undefined || after === undefined) throw new Error("It did not arrive.");
    verified(present.secret, during);
    verified(SECRET, during);
    verified(present.secret, after);
    expect(() => verified(SECRET, after)).toThrow();
    expect(() => verified(newSigningSecret(), during)).toThrow();
  });

  it("a request is signed so that another implementation verifies it, with either secret, and notices any change", async () => {
    const { url, requests } = await receiving();
    const before = alertTo(url, { settings: { format: "raw" } });
    const secrets = rotateSecret(before.secrets, Date.now(), 60);
    await senderWith().sendOnce({ ...before, secrets });
    const [request] = requests;
    if (request === undefined) throw new Error("It did not arrive.");
    for (const { secret } of secrets.signingSecrets) expect(isSigned(request, secret)).toBe(true);
    expect(isSigned(request, newSigningSecret())).toBe(false);
    expect(isSigned({ ...request, body: `${request.body} ` }, SECRET)).toBe(false);
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      const headers = {
        ...request.headers,
        [name]: String(request.headers[name]).replaceAll(/[a-z1]/g, "0"),
      };
      expect(isSigned({ ...request, headers }, SECRET)).toBe(false);
    }
  });

  it("a request has the same id and body in every attempt, and the time of the attempt", async () => {
    const { url, requests } = await receiving((_, response) => response.writeHead(500).end());
    let nowMs = 1_700_000_000_000;
    const sender = senderWith({ nowMs: () => nowMs });
    for (const attempt of [1, 2, 3]) {
      const { record } = await sender.sendOnce({ ...alertTo(url), attempt });
      expect(record).toMatchObject({ attempt, atMs: nowMs });
      nowMs += 300_000;
    }
    const ids = requests.map(({ headers }) => headers["webhook-id"]);
    const times = requests.map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect([ids, times]).toEqual([
      ["evt_1", "evt_1", "evt_1"],
      [1_700_000_000, 1_700_000_300, 1_700_000_600],
    ]);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
  });

  it("a request has the body and headers of its format, which its own headers do not replace", async () => {
    const { url, requests } = await receiving();
    const headers = { "content-type": "text/x", "ce-id": "mine" };
    const settings = [
      { format: "cloudevents-binary" },
      { format: "raw" },
      { format: "template", template: '{"text":"{{data.message}}"}' },
    ];
    const records = [];
    for (const one of settings)
      records.push(
        (await senderWith().sendOnce(alertTo(url, { settings: one, secrets: { headers } }))).record,
      );
    expect(requests).toMatchObject([
      { headers: { "content-type": "application/json", "ce-id": "evt_1", "ce-subject": "n1" } },
      { headers: { "content-type": "text/x" }, body: alertTo(url).events[0].delivery.body },
      { headers: { "content-type": "text/x" }, body: '{"text":"Too hot"}' },
    ]);
    for (const request of requests) {
      const signed = { ...request.headers } as Record<string, string>;
      expect(() => new Webhook(SECRET).verify(request.body, signed)).not.toThrow();
    }
    expect(records[0]?.headers).toMatchObject({ "ce-id": "evt_1", "ce-specversion": "1.0" });
    expect(records[1]?.headers).toMatchObject({ "ce-id": "***" });
  });

  it("a request is authenticated with user and password, which are not recorded", async () => {
    const { url, requests } = await receiving((_, response) =>
      response.writeHead(403).end("no hidden-password"),
    );
    const secrets = { basic: { user: "ann", password: "hidden-password" } };
    const { outcome, record } = await senderWith().sendOnce(
      alertTo(url, { settings: { auth: "basic" }, secrets }),
    );
    const encoded = Buffer.from("ann:hidden-password").toString("base64");
    expect(requests[0]?.headers.authorization).toBe(`Basic ${encoded}`);
    expect(JSON.stringify([outcome, record])).not.toMatch(new RegExp(`hidden|${encoded}`));
    expect(record.headers["authorization"]).toBe("***");
  });

  it("a request is not sent without its secrets, and can be repeated when they are there", async () => {
    const { url, requests } = await receiving();
    const { outcome } = await senderWith().sendOnce(alertTo(url, { settings: { auth: "basic" } }));
    expect(outcome).toMatchObject({
      kind: "failed",
      reason: "The destination authenticates with basic, but its secrets do not contain that.",
    });
    expect(requests).toEqual([]);
  });

  it("a request is not sent if its template renders too large a body, and is not repeated", async () => {
    const { url, requests } = await receiving();
    const request = alertTo(url, {
      settings: { format: "template", template: '"{{data.message}}"' },
    });
    const [first] = request.events;
    const { event } = first;
    const large = {
      ...event,
      data: { ...event.data, message: "x".repeat(300_000) },
    } as typeof event;
    const { outcome, record } = await senderWith().sendOnce({
      ...request,
      events: [{ ...first, event: large }],
    });
    expect(outcome.kind).toBe("impossible");
    expect(record).toMatchObject({
      outcome: "impossible",
      error: "The body that the template makes has more than 262144 bytes.",
      bodyBytes: 0,
      headers: {},
      url: "https://crm.example.com",
    });
    expect(requests).toEqual([]);
  });
});
