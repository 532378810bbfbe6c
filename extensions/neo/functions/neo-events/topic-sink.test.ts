import type { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { expect, it } from "@jest/globals";
import type { NeoEvent } from "../../shadow.ts";
import { topicSink } from "./topic-sink.ts";

const ARNS = new Map([
  ["rmaker.event.node_params_changed", "arn:params"],
  ["rmaker.event.node_config_changed", "arn:config"],
] as const);

function event(
  nodeId: string,
  body = "{}",
  type: NeoEvent["type"] = "rmaker.event.node_params_changed",
): NeoEvent {
  return { type, nodeId, body };
}

/** A client that notes what it gets, and refuses what a test says. */
function client(refuse: (body: string) => boolean = () => false) {
  const calls: {
    readonly topic: string;
    readonly bodies: readonly string[];
    readonly nodes: readonly unknown[];
  }[] = [];
  const send = async ({ input }: PublishBatchCommand) => {
    const entries = input.PublishBatchRequestEntries ?? [];
    calls.push({
      topic: input.TopicArn ?? "",
      bodies: entries.map(({ Message = "" }) => Message),
      nodes: entries.map(({ MessageAttributes }) => MessageAttributes?.["node_id"]?.StringValue),
    });
    if (entries.some(({ Message }) => Message === "throw")) throw new Error("no route");
    return {
      Failed: entries
        .filter(({ Message = "" }) => refuse(Message))
        .map(({ Id }) => ({ Id, Code: "InternalError" })),
    };
  };
  return { calls, sns: { send } as unknown as Pick<SNSClient, "send"> };
}

it("topicSink publishes each event on the topic of its type, ten to a call", async () => {
  const { calls, sns } = client();
  const items = Array.from({ length: 12 }, (_, index) => ({
    id: `${index}`,
    value: [event(`n${index}`)],
  }));
  const config = {
    id: "c",
    value: [event("n1", "{}", "rmaker.event.node_config_changed"), event("n1")],
  };
  expect(await topicSink(sns, ARNS).write([...items, config, { id: "none", value: [] }])).toEqual(
    [],
  );
  expect(calls.map(({ topic, bodies }) => [topic, bodies.length])).toEqual([
    ["arn:params", 10],
    ["arn:params", 3],
    ["arn:config", 1],
  ]);
  expect(calls[2]?.nodes).toEqual(["n1"]);
});

it("topicSink has no call with more than SNS accepts", async () => {
  const { calls, sns } = client();
  const large = "x".repeat(100_000);
  await topicSink(sns, ARNS).write(
    ["1", "2", "3", "4", "5"].map((id) => ({ id, value: [event("n", large)] })),
  );
  expect(calls.map(({ bodies }) => bodies.length)).toEqual([2, 2, 1]);
});

it("topicSink fails the items alone whose events SNS does not take", async () => {
  const { sns } = client((body) => body === "no");
  const failures = await topicSink(sns, ARNS).write([
    { id: "a", value: [event("n", "yes"), event("n", "no")] },
    { id: "b", value: [event("n", "yes")] },
    { id: "c", value: [event("n", "throw", "rmaker.event.node_config_changed"), event("n", "no")] },
  ]);
  expect(failures.map(({ id, error }) => [id, error.code, error.permanent])).toEqual([
    ["a", "sink-unavailable", false],
    ["c", "sink-unavailable", false],
  ]);
});
