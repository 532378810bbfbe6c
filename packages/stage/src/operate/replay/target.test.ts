import { expect, test } from "@jest/globals";
import type { StageAccess } from "../../stage-access.ts";
import { retriesOf } from "./target.ts";

const RETRIES = { trigger: "queue", queueUrl: "retries-url", deadLetterQueueUrl: "dead" } as const;
const reachedWith = (functions: object) =>
  ({ outputs: { functions } }) as unknown as Pick<StageAccess, "outputs">;

test("a replay for one destination watches the queue of what that does not take, whoever starts it or goes on with it", () => {
  const access = reachedWith({ retries: RETRIES });
  expect(retriesOf(access, { address: "crm" })).toEqual({
    queueUrl: "retries-url",
    maxWaiting: 2000,
  });
  expect(retriesOf(access, {})).toBeUndefined();
  expect(retriesOf(reachedWith({}), { address: "crm" })).toBeUndefined();
});
