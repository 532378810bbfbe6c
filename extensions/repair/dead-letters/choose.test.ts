import { describe, expect, it } from "@jest/globals";
import type { DeadLetterMessage } from "@rainhooks/stage/read-dead-letters";
import { chosenDeadLetters, type DeadLetterChoice } from "./queues.ts";

const letter = (messageId: string, errorCode?: string, reason?: string): DeadLetterMessage => ({
  messageId,
  deliveryId: `delivery-${messageId}`,
  errorCode,
  reason,
  body: "",
  topic: undefined,
  publishedAtMs: undefined,
  sentAtMs: undefined,
});

const LETTERS = [
  letter("message-1", "sink-rejected", "Table node-status refused it: too large"),
  letter("message-2", "sink-rejected", "The receiver returned 400"),
  letter("message-3", "data-invalid", "Delivery 3 cannot be decoded: too large"),
  letter("message-4"),
];

describe("the choice of dead letters", () => {
  it.each<[string, DeadLetterChoice, number[]]>([
    ["all", {}, [1, 2, 3, 4]],
    ["those with a code", { code: "sink-rejected" }, [1, 2]],
    ["those whose reason contains a text", { reason: "too large" }, [1, 3]],
    ["those with both", { code: "sink-rejected", reason: "too large" }, [1]],
    ["one by its message id", { id: "message-3" }, [3]],
    ["one by its delivery id", { id: "delivery-message-4" }, [4]],
    ["some by their message ids", { messageIds: ["message-1", "message-4", "other"] }, [1, 4]],
    ["none for other letters", { code: "sink" }, []],
  ])("the choice of dead letters is %s", (_, choice, expected) => {
    const chosen = LETTERS.filter(chosenDeadLetters(choice)).map(({ messageId }) =>
      Number(messageId.slice(-1)),
    );
    expect(chosen).toEqual(expected);
  });

  it("the choice of dead letters refuses an id that is too short", () => {
    expect(() => chosenDeadLetters({ id: "abcde" })).toThrow(
      '"abcde" is too short. Give at least the first 6',
    );
  });
});
