import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { LOCAL_CREDENTIALS } from "@rainhooks/core/emulator";
import { attemptsOfEvent } from "@rainhooks/extensions/forwarding/attempts/read-attempts";
import { destinationOf } from "@rainhooks/extensions/forwarding/destinations/destination-item";
import { readSettings } from "@rainhooks/extensions/forwarding/destinations/read-settings";
import { putDestination } from "@rainhooks/extensions/forwarding/destinations/store";
import { formatSecrets } from "@rainhooks/extensions/forwarding/secrets/parse";
import { newSigningSecret } from "@rainhooks/extensions/forwarding/secrets/rotate";
import { ssmSecretStore } from "@rainhooks/extensions/forwarding/secrets/ssm-store";
import { type MinistackStage, startMinistack } from "@rainhooks/infra/testing/ministack";
import { dev } from "@rainhooks/infra/testing/stages";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";

/* Runs only where ministack is installed; otherwise the test command skips it and says so. */

let ministack: MinistackStage;
let receiver: TestReceiver;

beforeAll(async () => {
  // Receivers on this machine are allowed.
  const functions = { attempts: { settings: { allowPrivate: ["127.0.0.0/8"] } } };
  ministack = await startMinistack({ ...dev, functions });
  await addDestination(ministack);
  const event_data = { node_id: "judged-node", user_id: "u1", message_body: "Too hot" };
  const alert = { event_type: "rmaker.event.alert", timestamp: Date.now(), event_data };
  await ministack.publish("node_alert", JSON.stringify(alert));
});
afterAll(async () => {
  await receiver.stop();
  ministack.stop();
});

/** Adds a destination whose receiver fails once. */
async function addDestination({ endpoint, services }: MinistackStage): Promise<void> {
  receiver = await startReceiver((_, response) =>
    response.writeHead(receiver.requests.length === 1 ? 503 : 204).end(),
  );
  const client = { endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS };
  const secrets = ssmSecretStore("/rainhooks-secrets/dev/destinations", client);
  const url = `${receiver.url}/hooks/secret-path`;
  await secrets.put(
    "crm",
    formatSecrets({ url, signingSecrets: [{ secret: newSigningSecret() }], headers: {} }),
  );
  const settings = readSettings({ id: "crm", url: receiver.url, events: ["alert"] });
  const store = { client: services.dynamodb, tableName: "rainhooks-dev-destinations" };
  await putDestination(store, destinationOf(settings, { nowMs: Date.now() }));
}

it("forwarding on ministack sends an alert, with a secret parameter, and again after a failure", async () => {
  const requests = await eventually(
    () => receiver.requests,
    ({ length }) => length >= 2,
  );
  expect(requests.map(({ path }) => path)).toEqual(["/hooks/secret-path", "/hooks/secret-path"]);
  const [first, second] = requests.map(({ headers }) => headers);
  expect(first?.["webhook-signature"]).toMatch(/^v1,/);
  expect(second?.["webhook-id"]).toBe(first?.["webhook-id"]);
  const log = { client: ministack.services.dynamodb, tableName: "rainhooks-dev-attempts" };
  const attempts = await eventually(
    () => attemptsOfEvent(log, String(first?.["webhook-id"])),
    ({ length }) => length === 2,
  );
  expect(attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, "failed"],
    [2, "delivered"],
  ]);
});
