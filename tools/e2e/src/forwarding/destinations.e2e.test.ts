import { createPublicKey, verify } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { MAX_CACHE_AGE_MS } from "@rainhooks/extensions/forwarding/destinations/cached-destinations";
import { DEFAULT_GRACE_S } from "@rainhooks/extensions/forwarding/secrets/rotate";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { archivedDelivery } from "@rainhooks/stage/operate/trace/archived-delivery";
import { eventually } from "@rainhooks/testing/eventually";
import {
  type ReceivedRequest,
  startReceiver,
  type TestReceiver,
} from "@rainhooks/testing/receiver";
import { Webhook } from "standardwebhooks";
import { type CommandResult, runCommand } from "../cli/testing/run-command.ts";
import { type ForwardStage, startForwardStage } from "./forward-stage.ts";

describe("destinations and attempts on the local stage", () => {
  let running: ForwardStage;
  let receiver: TestReceiver;
  /** Status of the receiver by path; otherwise 200. */
  const statuses = new Map<string, number>();

  beforeAll(async () => {
    running = await startForwardStage({ webhooks: ["archive"] });
    receiver = await startReceiver(({ path }, response) => {
      response.writeHead(statuses.get(path) ?? 200).end(`seen at ${path}`);
    });
  });
  afterAll(async () => {
    await receiver.stop();
    await running.stop();
  });
  beforeEach(() => statuses.clear());

  const rainhooks = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);
  const withInput = (input: string, ...args: string[]) =>
    runCommand([...args, "--data", running.dataDir], input, { CRM_KEY: "hidden-key" });

  /** Runs a command that must succeed, and returns its JSON. */
  async function json(...args: string[]) {
    const { code, out, err } = await rainhooks(...args, "--json");
    expect([args, code, err]).toEqual([args, 0, ""]);
    return JSON.parse(out);
  }

  const requestsTo = (path: string): ReceivedRequest[] =>
    receiver.requests.filter((one) => one.path === path);
  const verified = (secret: string, { body, headers }: ReceivedRequest) =>
    new Webhook(secret).verify(body, headers as Record<string, string>);

  /** Returns of each signature of a request whether it is one of a public key. */
  const verifiedWith = (publicKey: string, request: ReceivedRequest | undefined) => {
    const { body = "", headers = {} } = request ?? {};
    const x = Buffer.from(publicKey.slice("whpk_".length), "base64").toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    const signed = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
    return String(headers["webhook-signature"])
      .split(" ")
      .map((one) => verify(null, signed, key, Buffer.from(one.replace(/^v1a,/, ""), "base64")));
  };

  /** Waits until the functions know a new destination. */
  const untilKnown = () => pause(MAX_CACHE_AGE_MS + 1000);

  const attemptsOf = async (destination: string, ...args: string[]) =>
    (await json("attempts", "ls", "--destination", destination, ...args)).attempts;

  it("a new destination gets its events, signed with the secret that was shown", async () => {
    const { destination, signingSecret } = await json(
      "destinations",
      "add",
      "crm",
      "--url",
      `${receiver.url}/hidden/crm?key=hidden`,
      "--events",
      "alert,node_connected",
      "--header",
      "X-Api-Key: hidden",
      "--description",
      "Customers",
    );
    expect(destination).toMatchObject({
      id: "crm",
      state: "active",
      url: receiver.url,
      version: 1,
      description: "Customers",
      events: ["rmaker.event.alert", "rmaker.event.node_connected"],
      headerNames: ["x-api-key"],
    });
    expect(JSON.stringify(destination)).not.toContain("hidden");
    const tested = await json("destinations", "test", "crm", "--node", "n1");
    expect(tested).toMatchObject({ outcome: "delivered", status: 200, nodeId: "n1" });
    await rainhooks("trigger", "alert", "--node", "n2");
    const attempts = await eventually(
      () => attemptsOf("crm"),
      (found) => found.length === 2,
    );
    expect(attempts[0]).toMatchObject({
      outcome: "delivered",
      attempt: 1,
      nodeId: "n2",
      eventType: "rmaker.event.alert",
    });
    const requests = requestsTo("/hidden/crm?key=hidden");
    expect(requests.map(({ headers }) => headers["webhook-id"])).toEqual([
      expect.stringMatching(/^test_/),
      attempts[0].webhookId,
    ]);
    for (const request of requests) {
      expect(verified(signingSecret, request)).toMatchObject({ type: "rmaker.event.alert" });
      expect(request.headers["x-api-key"]).toBe("hidden");
    }
  });

  it("nothing that is secret is shown, except the signing secret to who asks for it", async () => {
    const shown = await Promise.all([
      rainhooks("destinations"),
      rainhooks("destinations", "ls", "--json"),
      rainhooks("destinations", "ls", "--csv"),
      rainhooks("destinations", "show", "crm"),
      rainhooks("destinations", "show", "crm", "--json"),
      rainhooks("attempts", "ls"),
      rainhooks("attempts", "show", (await attemptsOf("crm"))[0].id),
      rainhooks("stage", "--json"),
    ]);
    for (const { code, out } of shown) {
      expect(code).toBe(0);
      expect(out).not.toMatch(/hidden|whsec_/);
    }
    const { out } = await rainhooks("destinations", "show", "crm", "--secret");
    expect(out).toMatch(/secret +whsec_\S+$/);
    expect(out).not.toContain("hidden");
  });

  it("a secret is rotated: both count, then only the new one; a second rotation is confirmed", async () => {
    const [{ secret: before }] = (await json("destinations", "show", "crm", "--secret"))
      .signingSecrets;
    const startMs = Date.now();
    const { signingSecret, oldUntilMs } = await json("destinations", "rotate-secret", "crm");
    expect(oldUntilMs - startMs - DEFAULT_GRACE_S * 1000).toBeLessThan(30_000);
    expect((await json("destinations", "show", "crm", "--secret")).signingSecrets).toEqual([
      { secret: signingSecret },
      { secret: before, validUntilMs: oldUntilMs },
    ]);
    await json("destinations", "test", "crm");
    const request = requestsTo("/hidden/crm?key=hidden").at(-1);
    if (request === undefined) throw new Error("It did not arrive.");
    verified(before, request);
    verified(signingSecret, request);
    const again = await rainhooks("destinations", "rotate-secret", "crm");
    expect([again.code, again.out]).toEqual([2, ""]);
    expect(again.err).toContain("Another rotation ends it now. Rotate? Confirm with --yes.");
    const last = await json("destinations", "rotate-secret", "crm", "--grace", "0s", "--yes");
    expect(last).toEqual({ destination: "crm", signingSecret: expect.stringMatching(/^whsec_/) });
    expect((await json("destinations", "show", "crm", "--secret")).signingSecrets).toEqual([
      { secret: last.signingSecret },
    ]);
  });

  it("a receiver verifies with a public key alone; the kind stays when the key is rotated", async () => {
    const added = await json(
      "destinations",
      "add",
      "pub",
      "--url",
      `${receiver.url}/public`,
      "--events",
      "alert",
      "--signature",
      "v1a",
    );
    expect(added).not.toHaveProperty("signingSecret");
    const { publicKey } = added.destination;
    await json("destinations", "test", "pub");
    expect(verifiedWith(publicKey, requestsTo("/public").at(-1))).toEqual([true]);
    const rotated = await json("destinations", "rotate-secret", "pub");
    expect(rotated).toEqual({
      destination: "pub",
      publicKey: expect.stringMatching(/^whpk_/),
      oldUntilMs: expect.any(Number),
    });
    await json("destinations", "test", "pub");
    expect(verifiedWith(publicKey, requestsTo("/public").at(-1))).toEqual([false, true]);
    expect(verifiedWith(rotated.publicKey, requestsTo("/public").at(-1))).toEqual([true, false]);
    const { out } = await rainhooks("destinations", "show", "pub");
    expect(out).toContain(`v1a, public key ${rotated.publicKey}`);
    expect(out).not.toContain("whsk_");
    await json("destinations", "rotate-secret", "pub", "--signature", "v1", "--yes");
    expect((await rainhooks("destinations", "show", "pub")).out).toContain(
      "v1, with a shared secret",
    );
    await rainhooks("destinations", "rm", "pub", "--yes");
  });

  it("a change counts for the next test, with secrets from where they are", async () => {
    const changed = await withInput(
      `${receiver.url}/moved\n`,
      "destinations",
      "set",
      "crm",
      "--url-from",
      "-",
      "--header-from",
      "X-Crm=env:CRM_KEY",
      "--remove-header",
      "x-api-key",
      "--basic",
      "ann",
      "--password-from",
      "env:CRM_KEY",
      "--json",
    );
    expect([changed.code, changed.err]).toEqual([0, ""]);
    expect(JSON.parse(changed.out).destination).toMatchObject({
      headerNames: ["x-crm"],
      auth: "basic",
    });
    expect(changed.out).not.toContain("hidden");
    expect((await rainhooks("destinations", "show", "crm")).out).toMatch(/authentication +basic\n/);
    const { id } = await json("destinations", "test", "crm", "--event", "node_connected");
    expect(requestsTo("/moved").map(({ headers }) => headers)).toMatchObject([
      {
        "x-crm": "hidden-key",
        authorization: `Basic ${Buffer.from("ann:hidden-key").toString("base64")}`,
      },
    ]);
    const { out } = await rainhooks("attempts", "show", id);
    expect(out).toMatch(/x-crm +\*\*\*\nauthorization +\*\*\*/);
    // The path is secret, also in a response.
    expect(out).toContain("Response\nseen at ***");
  });

  it("another host gets no secret of it, unless somebody says that it is for that host, too", async () => {
    const other = await startReceiver();
    const move = (url: string, ...more: string[]) =>
      rainhooks("destinations", "set", "crm", "--url", url, ...more);
    const refused = await move(`${other.url}/moved`);
    expect([refused.code, refused.err]).toEqual([
      2,
      `--url would send secrets to ${other.url} that were given for another host (header x-crm, password). Give those of the new host, or say that they are for it, too: "same secrets".`,
    ]);
    await json("destinations", "test", "crm");
    expect(other.requests).toEqual([]);
    expect((await move(`${other.url}/moved`, "--same-secrets")).code).toBe(0);
    await json("destinations", "test", "crm");
    expect(other.requests).toMatchObject([{ headers: { "x-crm": "hidden-key" } }]);
    expect((await move(`${receiver.url}/moved`, "--same-secrets")).code).toBe(0);
    await other.stop();
  });

  it("a failed test fails, and is not repeated", async () => {
    statuses.set("/moved", 503);
    const { code, out } = await rainhooks("destinations", "test", "crm");
    expect(code).toBe(1);
    expect(out).toMatch(
      /^failed 503 to http:\S+ in [\d.]+ ms\nerror +http:\S+ responded with status 503/,
    );
    expect(out).toMatch(/response +seen at \*\*\*\nattempt +test_\S+$/);
    const [{ webhookId }] = await attemptsOf("crm", "--state", "failed");
    const { lastFailed } = await json("destinations", "show", "crm");
    expect(lastFailed.webhookId).toBe(webhookId);
    expect((await rainhooks("attempts", "retry", lastFailed.id)).err).toContain("This was a test");
  });

  describe("a failed attempt", () => {
    let failed: { readonly id: string; readonly webhookId: string; readonly deliveryId: string };
    beforeAll(async () => {
      statuses.set("/erp", 500);
      await json(
        "destinations",
        "add",
        "erp",
        "--url",
        `${receiver.url}/erp`,
        "--schedule",
        "none",
        "--events",
        "node_registered",
      );
      await json("destinations", "test", "erp").catch(() => undefined);
      await rainhooks("trigger", "node_registered", "--node", "late");
      const [{ id }] = await eventually(
        async () => (await attemptsOf("erp", "--state", "failed")).filter(isNoTest),
        (found) => found.length === 1,
      );
      failed = await json("attempts", "show", id);
    });

    it("a failed attempt is repeated once the archive has its event", async () => {
      statuses.set("/erp", 500);
      await running.stage.flush();
      const again = await rainhooks("attempts", "retry", failed.id);
      expect([again.code, again.out.split(" to ")[0]]).toEqual([1, "failed 500"]);
      statuses.clear();
      const last = await json("attempts", "retry", failed.id);
      expect(last).toMatchObject({ webhookId: failed.webhookId, outcome: "delivered", attempt: 1 });
      const bodies = requestsTo("/erp").filter(
        ({ headers }) => headers["webhook-id"] === failed.webhookId,
      );
      expect([bodies.length, new Set(bodies.map(({ body }) => body)).size]).toEqual([3, 1]);
      expect((await json("attempts", "show", failed.id)).all).toHaveLength(3);
      expect((await rainhooks("attempts", "body", failed.id)).out).toContain(
        String(bodies[0]?.body),
      );
      const before = (await rainhooks("attempts", "show", failed.id)).out;
      expect(before).toMatch(/ with \d+ bytes \(attempts body shows them\)/);
      // Of several, what cannot be repeated holds up nothing.
      const several = await rainhooks("attempts", "retry", failed.id, "x", last.id);
      expect([several.code, several.out]).toEqual([
        1,
        "2 of 3 were delivered. 1 × There is no attempt x. Attempts are kept for 30 days.: x",
      ]);
    });

    it("a failed attempt whose event is not in the archive says when it will be", async () => {
      const access = await reachStage({ data: running.dataDir });
      const nowMs = Date.now();
      const inTime = archivedDelivery(access, {
        deliveryId: failed.deliveryId,
        publishedMs: nowMs - 3_600_000,
      });
      expect((await inTime).id).toBe(failed.deliveryId);
      await expect(
        archivedDelivery(access, { deliveryId: "new", publishedMs: nowMs }),
      ).rejects.toMatchObject({
        code: "not-found",
        message: expect.stringMatching(
          /^The event's delivery new is not in the archive yet: .* Try again after \S+Z\.$/,
        ),
      });
      const old = { deliveryId: failed.deliveryId, publishedMs: nowMs - 86_400_000 };
      await expect(archivedDelivery(access, old)).rejects.toMatchObject({
        code: "not-found",
        message: `The event's delivery ${failed.deliveryId} is not in the archive.`,
      });
    });

    it("a failed attempt is shown with its body, which is made again from the archive; the body of a test is not stored", async () => {
      const { code, out } = await rainhooks("attempts", "body", failed.id);
      const [request] = requestsTo("/erp").filter(
        ({ headers }) => headers["webhook-id"] === failed.webhookId,
      );
      expect([code, out]).toEqual([0, expect.stringContaining(request?.body ?? "no request")]);
      const [{ id }] = (await attemptsOf("erp")).filter((one: typeof failed) => !isNoTest(one));
      expect((await rainhooks("attempts", "body", id)).err).toContain("whose event is not kept");
    });
  });

  it("a paused destination can be tested, and gets what it missed when it is resumed", async () => {
    await json("destinations", "add", "hall", "--url", `${receiver.url}/hall`, "--events", "alert");
    await untilKnown();
    const { destination } = await json(
      "destinations",
      "pause",
      "hall",
      "--reason",
      "is being moved",
    );
    expect(destination).toMatchObject({ state: "paused", stateReason: "is being moved" });
    expect((await rainhooks("destinations", "pause", "hall")).out).toContain(
      "hall is already paused since",
    );
    expect((await rainhooks("destinations", "ls", "--check")).code).toBe(1);
    expect(await json("destinations", "test", "hall")).toMatchObject({ outcome: "delivered" });
    await rainhooks("trigger", "alert", "--node", "missed");
    const [{ missed }] = await eventually(
      async () => (await json("destinations", "show", "hall")).pauses,
      ([pause]) => pause?.missed !== undefined,
    );
    expect(missed.toMs - missed.fromMs).toBeLessThanOrEqual(120_000);
    expect(requestsTo("/hall")).toHaveLength(1);
    await running.stage.flush();
    const { plan } = await json("destinations", "resume", "hall", "--plan");
    expect(plan).toMatchObject({ missed: [missed], rate: 50, isIncomplete: true });
    const asked = await rainhooks("destinations", "resume", "hall");
    expect([asked.code, asked.err]).toEqual([
      2,
      expect.stringContaining("Resume hall, and send it up to"),
    ]);
    expect((await json("destinations", "show", "hall")).destination.state).toBe("paused");
    const resumed = await rainhooks("destinations", "resume", "hall", "--yes");
    expect([resumed.code, resumed.out]).toEqual([
      0,
      expect.stringMatching(/hall is active\.\nSent \d+ deliver(?:y|ies) to forward for hall/),
    ]);
    await eventually(
      () => attemptsOf("hall"),
      (attempts) => attempts.length === 2 && attempts[0].nodeId === "missed",
    );
    expect((await json("destinations", "show", "hall")).pauses).toBeUndefined();
    expect((await rainhooks("destinations", "resume", "hall")).out).toBe("hall is active already.");
    expect((await rainhooks("destinations", "ls", "--check")).code).toBe(0);
  });

  it("a destination gets again what failed permanently since a time, and nothing that it already has", async () => {
    statuses.set("/yard", 500);
    await json(
      "destinations",
      "add",
      "yard",
      "--url",
      `${receiver.url}/yard`,
      "--schedule",
      "none",
      "--events",
      "alert",
    );
    await untilKnown();
    const since = String(Date.now() - 1000);
    await rainhooks("trigger", "alert", "--node", "lost");
    await eventually(
      () => attemptsOf("yard", "--state", "failed"),
      (attempts) => attempts.length === 1,
    );
    statuses.clear();
    await rainhooks("trigger", "alert", "--node", "kept");
    await eventually(
      () => attemptsOf("yard", "--state", "delivered"),
      (attempts) => attempts.length === 1,
    );
    const { code, out } = await rainhooks(
      "destinations",
      "recover",
      "yard",
      "--from",
      since,
      "--to",
      "now",
      "--wait",
      "--yes",
    );
    expect([code, out]).toEqual([0, expect.stringContaining("is done: 2 matched, 2 sent")]);
    await eventually(
      () => attemptsOf("yard", "--state", "delivered"),
      (attempts) => attempts.length === 2 && attempts[0].nodeId === "lost",
    );
    const [lost] = await attemptsOf("yard", "--state", "failed");
    const [again] = await attemptsOf("yard", "--state", "delivered");
    expect(again.webhookId).toBe(lost.webhookId);
    const all = await rainhooks(
      "replay",
      "start",
      "--webhook",
      "forward",
      "--from",
      since,
      "--to",
      "now",
      "--yes",
    );
    expect([all.code, all.err]).toEqual([
      2,
      expect.stringContaining("accepts replays for one part of it only"),
    ]);
    await json("destinations", "rm", "yard", "--yes");
  });

  it("an attempt for a paused destination is not repeated", async () => {
    const [{ id }] = (await attemptsOf("hall")).filter(isNoTest);
    await json("destinations", "pause", "hall");
    const { code, err } = await rainhooks("attempts", "retry", id);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("hall is paused, so it gets no events. Resume it first"),
    ]);
    await json("destinations", "resume", "hall", "--skip-missed");
  });

  it("one of two additions at once succeeds, and its secret is the one that counts", async () => {
    const add = ["destinations", "add", "twice", "--url", `${receiver.url}/twice`, "--json"];
    const results = await Promise.all([rainhooks(...add), rainhooks(...add), rainhooks(...add)]);
    const isAdded = ({ code }: CommandResult) => code === 0;
    expect(results.map(({ code }) => code).toSorted()).toEqual([0, 1, 1]);
    for (const { err } of results.filter((one) => !isAdded(one)))
      expect(err).toMatch(/^There is a destination twice already\..*$/);
    const { signingSecret } = JSON.parse(results.find(isAdded)?.out ?? "");
    expect((await json("destinations", "show", "twice", "--secret")).signingSecrets).toEqual([
      { secret: signingSecret },
    ]);
  });

  it("a destination is removed with its secrets, after a confirmation; its attempts stay", async () => {
    const asked = await rainhooks("destinations", "rm", "crm");
    expect([asked.code, asked.out]).toEqual([2, ""]);
    expect(asked.err).toContain(
      `Remove destination crm (${receiver.url}) and its secrets permanently? Confirm with --yes.`,
    );
    expect((await rainhooks("destinations", "rm", "crm", "--yes")).code).toBe(0);
    expect((await rainhooks("destinations", "show", "crm")).code).toBe(3);
    expect((await attemptsOf("crm")).length).toBeGreaterThan(3);
    const { destinations } = await json("destinations", "ls");
    expect(destinations.map(({ id }: { id: string }) => id)).toEqual(["erp", "hall", "twice"]);
  });
});

function isNoTest({ webhookId }: { readonly webhookId: string }): boolean {
  return !webhookId.startsWith("test_");
}
