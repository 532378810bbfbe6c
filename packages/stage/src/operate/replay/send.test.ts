import { SQSClient } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { sendDeliveries } from "./send.ts";

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}
type Failure = { readonly Code: string; readonly Message: string };

const REPLAY = { job: "r1", address: "crm" };
let queues: MemoryQueues;
let queueUrl: string;
beforeEach(() => {
  queues = new MemoryQueues(Date.now);
  queues.create("bell-replay", {});
  queueUrl = queues.urlOf("bell-replay");
});

/** A client of the queue, which does not take the entries for which `refusal` returns why. */
function clientWith(refusal: (body: string) => Failure | undefined): SQSClient {
  const sqs = new SQSClient(queues.clientOptions);
  sqs.middlewareStack.add(
    (next) => async (args) => {
      const entries = Reflect.get(args.input, "Entries") as Entry[];
      const Failed = entries.flatMap(({ Id, MessageBody }) => {
        const failure = refusal(MessageBody);
        return failure === undefined ? [] : [{ Id, SenderFault: false, ...failure }];
      });
      const failed = new Set(Failed.map(({ Id }) => Id));
      const Entries = entries.filter(({ Id }) => !failed.has(Id));
      if (Entries.length === 0) return { response: {}, output: { $metadata: {}, Failed } };
      const result = await next({ ...args, input: { ...args.input, Entries } });
      return { ...result, output: Object.assign(result.output, { Failed }) };
    },
    { step: "initialize" },
  );
  return sqs;
}

const received = () =>
  (queues.find("bell-replay")?.peek() ?? []).map(({ body, attributes }) =>
    readDelivery({
      messageId: "m",
      body,
      messageAttributes: {
        rainhooks_replay: { stringValue: attributes["rainhooks_replay"]?.StringValue },
      },
    }),
  );
const three = ["a", "b", "c"].map((id) => deliveryOf(`body of ${id}`, { id, topic: "alerts" }));
const refuseOnce = (text: string, times: number, failure: Failure) => {
  let left = times;
  return (body: string) => (body.includes(text) && left-- > 0 ? failure : undefined);
};
const BUSY = { Code: "ServiceUnavailable", Message: "later" };

describe("a delivery that a replay sends", () => {
  it("a delivery is received as it was published, whatever its text has", async () => {
    const body = fc.string({
      unit: fc.constantFrom(
        "a",
        "\u0000",
        "\ud800",
        "\udc00",
        "\ufffe",
        "\\",
        '"',
        "é",
        "\u2028",
        "😀",
      ),
    });
    const sqs = new SQSClient(queues.clientOptions);
    await fc.assert(
      fc.asyncProperty(fc.array(body, { maxLength: 12 }), async (bodies) => {
        queues.create("bell-replay", {});
        const sent = bodies.map((text, index) =>
          deliveryOf(`-${text}`, { id: `id-${index}`, topic: "alerts" }),
        );
        expect(await sendDeliveries({ sqs, queueUrl }, sent, REPLAY)).toEqual([]);
        expect(received()).toEqual(sent.map((one) => ({ ...one, replay: REPLAY })));
      }),
    );
  });

  it("a delivery that the queue does not take now is sent again, alone; by default, soon", async () => {
    const sqs = clientWith(refuseOnce("body of b", 1, BUSY));
    expect(await sendDeliveries({ sqs, queueUrl }, three, { job: "r1" })).toEqual([]);
    expect(received().map((one) => [one.id, one.replay])).toEqual(
      ["a", "c", "b"].map((id) => [id, { job: "r1" }]),
    );
  });

  it("a delivery that the queue can never take is returned with the reason, and the others are sent", async () => {
    const sqs = clientWith(
      refuseOnce("body of b", 1, { Code: "InvalidMessageContents", Message: "too odd" }),
    );
    const unsendable = await sendDeliveries({ sqs, queueUrl }, three, REPLAY);
    expect(unsendable).toEqual([{ id: "b", reason: "InvalidMessageContents: too odd" }]);
    expect(received().map(({ id }) => id)).toEqual(["a", "c"]);
  });

  it("a replay ends with what the queue says when it takes nothing for as many attempts as there are", async () => {
    const pauses: number[] = [];
    const sleep = async (ms: number) => void pauses.push(ms);
    const retry = { ...DEFAULT_RETRY, attempts: 3, sleep };
    const sqs = clientWith(refuseOnce("body of", 8, BUSY));
    await expect(sendDeliveries({ sqs, queueUrl, retry }, three, REPLAY)).rejects.toMatchObject({
      code: "sink-unavailable",
      message: `${queueUrl} did not take 2 messages: ServiceUnavailable: later`,
    });
    expect(pauses).toHaveLength(2);
    queues.down = true;
    await expect(
      sendDeliveries({ sqs, queueUrl, retry }, three.slice(0, 1), REPLAY),
    ).rejects.toMatchObject({
      message: `${queueUrl} did not take 1 message: down`,
      cause: { name: "ServiceUnavailable" },
    });
  });
});
