import { startTestStage } from "@rainhooks/app-local/testing";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import { type Collection, collectMessages, settle, syncRules } from "@rainhooks/fleet";
import { publish, withShortWaits } from "@rainhooks/local-aws";
import { formatTable } from "@rainhooks/terminal";
import { integrationName, type Webhook } from "@rainhooks/webhook/define";
import { gate } from "./gate.ts";
import { median } from "./median.ts";

const EVENTS = 5000;
const ROUNDS = 3;

interface Measured {
  readonly messagesPerS: number;
  readonly memoryMiB: number;
}

/**
 * Sends the same prepared messages through the whole stage, in alternating rounds: with one invocation of each webhook at a
 * time, and with parallel invocations as the stage normally has them.
 */
export async function benchConcurrency(): Promise<string> {
  const options = { seed: 1, nodes: 100, events: EVENTS, duplicates: 0, undecodable: 0 };
  const collected = await collectMessages(
    { ...options, endsAtMs: Date.now() },
    "pascal",
    integrationName("local"),
  );
  const webhooks = SHIPPED.map(withShortWaits);
  const oneAtATime = webhooks.map((webhook) => ({
    ...webhook,
    batch: { ...webhook.batch, maxConcurrency: 1 },
  }));
  const sequential: Measured[] = [];
  const parallel: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    sequential.push(await run(oneAtATime, collected));
    parallel.push(await run(webhooks, collected));
  }
  return [
    `${EVENTS} prepared messages to four webhooks, median of ${ROUNDS} alternating rounds`,
    formatTable(
      ["parallel invocations of a webhook", "messages/s", "memory, MiB"],
      [
        ["one", ...figures(sequential)],
        ["as in a stage", ...figures(parallel)],
      ],
    ),
  ].join("\n");
}

async function run(webhooks: readonly Webhook[], { messages, rules }: Collection): Promise<Measured> {
  const { stage, problems, stop } = await startTestStage({ webhooks });
  try {
    await syncRules(stage, rules);
    const startedMs = performance.now();
    await publish(stage.clients.sns, stage.provisioned.topics, messages, () => undefined);
    const memoryMiB = await settle(stage, { stallMs: 60_000, onWaiting: () => undefined });
    const seconds = (performance.now() - startedMs) / 1000;
    for (const { name, events } of webhooks) {
      const wanted = messages.filter(({ type }) => events.includes(type)).length;
      const { Delivered, Filtered } = stage.totals(name);
      gate(Delivered + Filtered === wanted, `${name} handles each of its ${wanted} messages once`);
    }
    gate(problems.length === 0, `the stage reports no problem (${problems[0]})`);
    return { messagesPerS: messages.length / seconds, memoryMiB };
  } finally {
    await stop();
  }
}

const figures = (measured: readonly Measured[]): number[] => [
  Math.round(median(measured.map(({ messagesPerS }) => messagesPerS))),
  Math.round(median(measured.map(({ memoryMiB }) => memoryMiB))),
];
