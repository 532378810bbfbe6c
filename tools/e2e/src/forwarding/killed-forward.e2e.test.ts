import { setTimeout as pause } from "node:timers/promises";
import { PublishBatchCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver } from "@rainhooks/testing/receiver";
import { startForwardStage } from "./forward-stage.ts";

const EVENTS = 300;
const DESTINATIONS = 4;
/**
 * When forward has handled this share of the events, something happens to it; the last is out of
 * time.
 */
const TROUBLES = [0.2, 0.4, 0.6, 0.8];
/** Longer than the sink of `forward` has, shorter than its timeout. */
const STOPPED_MS = 20 * SECOND_MS;
/** So slow is the receiver that `attempts` has a backlog all the time. */
const RESPONSE_MS = 300;
const MAX_WAIT_MS = 600 * SECOND_MS;
const WAITING = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

it("each event comes once to each destination, though forward is killed three times and out of time once while attempts has a backlog", async () => {
  const got = new Map<string, number>();
  const receiver = await startReceiver(({ path, body }, response) => {
    const { data } = JSON.parse(body) as { readonly data: { readonly message: number } };
    const key = `${data.message} at ${path}`;
    got.set(key, (got.get(key) ?? 0) + 1);
    setTimeout(() => response.writeHead(204).end(), RESPONSE_MS);
  });
  // A message of a process that was killed comes again after a minute.
  const stage = await startForwardStage({ visibilityTimeoutS: 60 });
  try {
    for (let index = 0; index < DESTINATIONS; index += 1)
      await stage.add(`${receiver.url}/${index}`, { id: `to-${index}`, events: ["alert"] });
    await stage.refreshed();
    const { clients, provisioned } = stage.stage;
    const TopicArn = provisioned.topics.get("rmaker.event.alert");
    const publish = (numbers: readonly number[]) => {
      const entries = numbers.map((message_body) => ({
        Id: String(message_body),
        Message: JSON.stringify({
          event_type: "rmaker.event.alert",
          timestamp: Date.now(),
          event_data: { node_id: `node-${message_body}`, user_id: "ann", message_body },
        }),
      }));
      return clients.sns.send(
        new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }),
      );
    };
    const all = Array.from({ length: EVENTS }, (_, number) => number);
    const troubles = TROUBLES.map((share) => share * EVENTS);
    let happened = 0;
    for (const numbers of chunk(all, 10)) {
      await publish(numbers);
      if ((numbers[0] ?? 0) < (troubles[happened] ?? Number.POSITIVE_INFINITY)) continue;
      happened += 1;
      await disturb(
        happened === TROUBLES.length,
        () => stage.stage.busyPids(),
        () => publish([EVENTS + happened]),
      );
    }
    const extra = TROUBLES.map((_, index) => EVENTS + index + 1);
    const waiting = async () => {
      const counts = [...provisioned.queues.values()].map(async ({ queue }) => {
        const asked = { QueueUrl: queue.url, AttributeNames: ["All" as const] };
        const { Attributes = {} } = await clients.sqs.send(new GetQueueAttributesCommand(asked));
        return WAITING.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
      });
      return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0);
    };
    await eventually(waiting, (count) => count === 0, {
      timeoutMs: MAX_WAIT_MS,
      everyMs: SECOND_MS,
    });
    const wrong = [...all, ...extra].flatMap((number) =>
      Array.from({ length: DESTINATIONS }, (_, index) => `${number} at /${index}`)
        .filter((key) => got.get(key) !== 1)
        .map((key) => `${key}: ${got.get(key) ?? 0} times`),
    );
    expect([happened, wrong]).toEqual([TROUBLES.length, []]);
  } finally {
    await stage.stop();
    await receiver.stop();
  }
});

/** Kills a process of `forward` that is busy, or stops it until its sink is out of time. */
async function disturb(
  isStopped: boolean,
  busyPids: () => readonly number[],
  publish: () => Promise<unknown>,
): Promise<void> {
  await publish();
  const [pid] = await eventually(
    async () => busyPids(),
    (pids) => pids.length > 0,
    { everyMs: 1 },
  );
  if (pid === undefined) throw new Error("No process is busy.");
  if (!isStopped) {
    process.kill(pid, "SIGKILL");
    return;
  }
  process.kill(pid, "SIGSTOP");
  await pause(STOPPED_MS);
  process.kill(pid, "SIGCONT");
}
