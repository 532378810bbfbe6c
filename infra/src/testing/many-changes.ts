import { publishEvent } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { eventually } from "@rainhooks/testing/eventually";

const CHANGES = 40;

/**
 * Publishes more connects and disconnects than the status of a node has room for, and waits until
 * they are stored.
 */
export async function publishManyChanges(stage: Stage, nodeId: string): Promise<void> {
  const types = ["rmaker.event.node_connected", "rmaker.event.node_disconnected"] as const;
  for (let index = 0; index < CHANGES; index += 1) {
    const type = types[index % 2] ?? types[0];
    await publishEvent(stage, type, { node_id: nodeId }, Date.now() - (CHANGES - index) * 60_000);
  }
  const stored = async () => {
    const response = await fetch(`${stage.apiUrl}/v1/nodes/${nodeId}/timeline`);
    const { transitions = [] } = (await response.json()) as {
      readonly transitions?: readonly object[];
    };
    return transitions.length;
  };
  await eventually(stored, (count) => count === CHANGES);
}
