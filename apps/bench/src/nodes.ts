import { setTimeout as pause } from "node:timers/promises";
import { startRainmakerStage } from "@rainhooks/app-local/testing";
import { readArchive, settle } from "@rainhooks/fleet";
import { formatTable } from "@rainhooks/terminal";
import type { MqttClient } from "mqtt";
import { gate } from "./gate.ts";

const NODES = 1000;
const MESSAGES_PER_S = 200;
const SECONDS = 60;
const TICK_MS = 50;
const TYPES = ["node_connected", "node_disconnected", "alert"] as const;

/**
 * Connects 1,000 MQTT nodes to the local RainMaker and sends 200 messages per second for a minute. Every event must be in
 * the archive. The nodes are clients in this process.
 */
export async function benchNodes(): Promise<string> {
  const running = await startRainmakerStage();
  await running.client.createIntegration({
    serviceName: "rainhooks-local",
    endpointName: "events",
    enabled: true,
  });
  for (const type of TYPES) {
    const event_type = `rmaker.event.${type}`;
    await running.client.createFilter("admin", {
      event_type,
      entity_id: `system.${event_type}`,
      entity_type: "System",
      enabled: true,
      enabled_for_integrations: ["rainhooks-local"],
    });
  }
  const nodes: MqttClient[] = [];
  for (let index = 0; index < NODES; index++) nodes.push(await running.connect(`node-${index}`));
  const sent = await sendMessages(nodes);
  const connectedMiB = await running.stage.memoryMiB();
  await Promise.all(nodes.map((node) => node.endAsync()));
  await pause(1000);
  await settle(running.stage, { stallMs: 60_000, onWaiting: () => undefined });
  const { deliveries } = await readArchive(running.stage.clients.s3, "rainhooks-local-archive");
  const count = (type: string) =>
    deliveries.filter(({ attributes }) => attributes["event_type"] === `rmaker.event.${type}`).length;
  gate(count("node_connected") === NODES, "every connect is archived");
  gate(count("alert") === sent, `every message is archived (${count("alert")} of ${sent})`);
  gate(count("node_disconnected") === NODES, "every disconnect is archived");
  gate(running.problems.length === 0, "the stage reports no problem");
  await running.stop();
  return [
    `${NODES} MQTT nodes connected to the local RainMaker, ${MESSAGES_PER_S} messages/s for ${SECONDS} s`,
    formatTable(
      ["measure", "value"],
      [
        ["messages sent", sent],
        ["events archived", deliveries.length],
        ["memory of the stage with its nodes, MiB", Math.round(connectedMiB)],
      ],
    ),
  ].join("\n");
}

async function sendMessages(nodes: readonly MqttClient[]): Promise<number> {
  const startedMs = performance.now();
  let sent = 0;
  const total = MESSAGES_PER_S * SECONDS;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedMs) / 1000) * MESSAGES_PER_S));
    const batch: Promise<unknown>[] = [];
    for (; sent < due; sent++) {
      const index = sent % nodes.length;
      const node = nodes[index];
      if (node !== undefined)
        batch.push(node.publishAsync(`node/node-${index}/alert`, `{"n":${sent}}`, { qos: 1 }));
    }
    await Promise.all(batch);
    await pause(TICK_MS);
  }
  return sent;
}
