import { PublishCommand } from "@aws-sdk/client-sns";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { eventually } from "@rainhooks/testing/eventually";

const CHANGES = 40;

/**
 * Publishes more connects and disconnects than the status of a node has room for, and waits until they are
 * stored.
 */
export async function publishManyChanges(
  { clients, provisioned, apiUrl }: Stage,
  nodeId: string,
): Promise<void> {
  const types = ["rmaker.event.node_connected", "rmaker.event.node_disconnected"] as const;
  for (let index = 0; index < CHANGES; index += 1) {
    const event_type = types[index % 2] ?? types[0];
    const timestamp = Date.now() - (CHANGES - index) * 60_000;
    const event = { event_type, timestamp, event_data: { node_id: nodeId } };
    const TopicArn = provisioned.topics.get(event_type);
    await clients.sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(event) }));
  }
  const stored = async () => {
    const response = await fetch(`${apiUrl}/v1/nodes/${nodeId}/timeline`);
    const { transitions = [] } = (await response.json()) as { readonly transitions?: readonly object[] };
    return transitions.length;
  };
  await eventually(stored, (count) => count === CHANGES);
}
