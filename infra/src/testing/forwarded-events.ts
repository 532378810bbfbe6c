import { PublishCommand } from "@aws-sdk/client-sns";
import type { TestStage } from "@rainhooks/app-local/testing";
import {
  addDestination,
  attemptsTable,
  destinationsTable,
  listAttempts,
  newSigningSecret,
  readSettings,
  secretStoreAt,
  settingsOfSecrets,
} from "@rainhooks/forwarding";
import { requireRunningStage } from "@rainhooks/stage";
import { eventually, startReceiver } from "@rainhooks/testing";
import { deployedName } from "@rainhooks/webhook/define";

/**
 * Lets a local stage forward events in every way that needs calls: to a destination that fails twice, one that is gone, one that wants only
 * nodes with a tag; an event, and its copies for two more users.
 */
export async function forwardEvents({ stage, dataDir }: TestStage): Promise<void> {
  const { outputs } = await requireRunningStage(dataDir);
  const tableOf = ({ name }: { readonly name: string }) => ({
    client: stage.clients.dynamodb,
    tableName: deployedName("local", name),
  });
  const stores = {
    table: tableOf(destinationsTable),
    secrets: secretStoreAt(outputs.parameters["destinations"] ?? ""),
  };
  const failing = await startReceiver((_, response) =>
    response.writeHead(failing.requests.length <= 2 ? 503 : 204).end(),
  );
  const gone = await startReceiver((_, response) => response.writeHead(410).end());
  const add = async (id: string, url: string, settings: object) => {
    const secrets = { url, signingSecrets: [{ secret: newSigningSecret() }], headers: {} };
    const read = readSettings({ id, events: ["alert"], ...settingsOfSecrets(secrets), ...settings });
    await addDestination(stores, { settings: read, secrets }, Date.now());
  };
  await add("failing", `${failing.url}/hooks`, { schedule: [1, 1] });
  await add("gone", `${gone.url}/hooks`, {});
  await add("tagged", `${gone.url}/hooks`, { tags: ["place:cellar"] });
  const logged = async (destination: string) => {
    const query = { destinations: [destination], fromMs: 0, toMs: Date.now() + 1, limit: 10 };
    return (await listAttempts(tableOf(attemptsTable), query)).attempts.length;
  };
  const timestamp = Date.now();
  for (const user_id of ["ann", "bob", "eve"]) await publishAlert(stage, user_id, timestamp);
  await eventually(
    () => logged("failing"),
    (count) => count >= 3,
  );
  await eventually(
    () => logged("gone"),
    (count) => count >= 1,
  );
  await Promise.all([failing.stop(), gone.stop()]);
}

async function publishAlert(
  { clients, provisioned }: TestStage["stage"],
  user_id: string,
  timestamp: number,
): Promise<void> {
  const event_type = "rmaker.event.alert" as const;
  const event = { event_type, timestamp, event_data: { node_id: "n1", user_id, message_body: "Too hot" } };
  const TopicArn = provisioned.topics.get(event_type);
  await clients.sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(event) }));
}
