import { SQSClient } from "@aws-sdk/client-sqs";
import { expect, it } from "@jest/globals";
import {
  type DeadLetterMessage,
  deadLetterQueueOf,
  deadLettersOf,
  readMessage,
} from "@rainhooks/stage/read-dead-letters";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { deadLetterOutcomes } from "./outcomes.ts";
import { countDeadLetters, deadLettersOfDelivery, readCauses } from "./queues.ts";
import { digestOf } from "./redrive.ts";

const START_MS = 5000;

/** A stage with two functions, whose clock goes on when something waits. */
function newWorld({ isLocal }: { readonly isLocal: boolean }) {
  let nowMs = START_MS;
  const queues = new MemoryQueues(() => nowMs);
  const [crm, crmDead, archiveDead] = ["crm", "crm-dead", "archive-dead"].map((name) =>
    queues.create(name, {}),
  );
  if (crm === undefined || crmDead === undefined || archiveDead === undefined)
    throw new Error("No queues.");
  const functionOf = (name: string) => ({
    trigger: "topics",
    queueUrl: queues.urlOf(name),
    deadLetterQueueUrl: queues.urlOf(`${name}-dead`),
  });
  const access = {
    clients: { sqs: new SQSClient(queues.clientOptions) },
    local: isLocal ? { dataDir: "" } : undefined,
    outputs: {
      stage: "dev",
      functions: { crm: functionOf("crm"), archive: functionOf("archive") },
    },
  } as unknown as StageAccess;
  const pauses: number[] = [];
  /** What happens in some second of a wait. */
  const happens = new Map<number, () => void>();
  const pause = async (ms: number) => {
    pauses.push(ms);
    nowMs += ms;
    happens.get((nowMs - START_MS) / 1000)?.();
  };
  const handleOne = () => crm.delete(crm.receive(1)[0]?.receiptHandle ?? "");
  const waitFor = (waitMs: number) => ({ waitMs, nowMs: () => nowMs, pause });
  return { access, crm, crmDead, archiveDead, pauses, happens, handleOne, waitFor, queues };
}

const letterOf = (body: string, messageId = body): DeadLetterMessage =>
  readMessage({ MessageId: messageId, Body: body });
const sentOf = (...bodies: string[]) =>
  bodies.map((body) => ({ letter: letterOf(body), digest: digestOf({ Body: body }) }));
const shown = (results: Awaited<ReturnType<typeof deadLetterOutcomes>>) =>
  results.map(({ letter, outcome, failure }) => [letter.body, outcome, failure?.messageId]);

it("a letter that was sent again has failed if it is a new dead letter, and is handled once the queue is empty", async () => {
  const { access, crmDead, waitFor } = newWorld({ isLocal: true });
  const keptId = crmDead.send("a");
  const againId = crmDead.send("b");
  const twiceIds = [crmDead.send("c"), crmDead.send("c")];
  const letters = {
    webhook: "crm",
    sent: sentOf("a", "b", "c", "c", "c"),
    kept: [letterOf("a", keptId)],
  };
  expect(shown(await deadLetterOutcomes(access, letters, waitFor(0)))).toEqual([
    ["a", "handled", undefined],
    ["b", "failed", againId],
    ["c", "failed", twiceIds[0]],
    ["c", "failed", twiceIds[1]],
    ["c", "handled", undefined],
  ]);
  expect(crmDead.counts()).toMatchObject({ visible: 4, inFlight: 0 });
  // Where nothing was sent, nothing is looked up.
  expect(
    await deadLetterOutcomes(access, { ...letters, webhook: "gone", sent: [] }, waitFor(0)),
  ).toEqual([]);
});

it.each([
  ["handled once its queue was empty for a minute", 200_000, "handled", 91, 1000],
  ["pending if its queue was empty for less when the time is up", 90_500, "pending", 91, 500],
])("on AWS, where counts are late, a letter is %s", async (_, waitMs, outcome, looks, lastMs) => {
  const { access, crm, happens, handleOne, pauses, waitFor } = newWorld({ isLocal: false });
  crm.send("a");
  happens.set(2, handleOne);
  // It is tried again.
  happens.set(30, () => void crm.send("a"));
  happens.set(31, handleOne);
  const waiting: number[] = [];
  const letters = { webhook: "crm", sent: sentOf("a"), kept: [] };
  const onWaiting = (messages: number) => waiting.push(messages);
  const results = await deadLetterOutcomes(access, letters, { ...waitFor(waitMs), onWaiting });
  expect(shown(results)).toEqual([["a", outcome, undefined]]);
  expect([pauses.length, pauses[0], pauses.at(-1)]).toEqual([looks, 1000, lastMs]);
  expect(
    waiting.flatMap((messages, second) => (messages === 0 ? [] : [[second, messages]])),
  ).toEqual([
    [0, 1],
    [1, 1],
    [30, 1],
  ]);
});

it("the dead letters of a stage are those of all of its functions, and stay where they are", async () => {
  const { access, crmDead, archiveDead, queues } = newWorld({ isLocal: true });
  const ids = ["delivery-1", "delivery-2"];
  for (const MessageId of ids) crmDead.send(JSON.stringify({ MessageId }));
  archiveDead.send(JSON.stringify({ MessageId: "delivery-1" }));
  expect(await countDeadLetters(access)).toEqual([
    { webhook: "crm", messages: 2 },
    { webhook: "archive", messages: 1 },
  ]);
  const found = await deadLettersOfDelivery(access, "delivery-1");
  expect(
    found.map(({ webhook, letters }) => [webhook, letters.map((one) => one.deliveryId)]),
  ).toEqual([
    ["crm", ["delivery-1"]],
    ["archive", ["delivery-1"]],
  ]);
  const [cause] = await readCauses(access);
  expect(cause?.queues.map(({ webhook, ids }) => [webhook, ids.length])).toEqual([
    ["crm", 2],
    ["archive", 1],
  ]);
  expect((await deadLettersOf(access, "crm", 1)).map(({ deliveryId }) => deliveryId)).toEqual([
    "delivery-1",
  ]);
  expect(crmDead.counts()).toMatchObject({ visible: 2, inFlight: 0 });
  for (const isLocal of [true, false])
    expect(deadLetterQueueOf(newWorld({ isLocal }).access, "crm")).toMatchObject({
      queueUrl: queues.urlOf("crm-dead"),
      isLocal,
    });
});
