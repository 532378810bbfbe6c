import { type Check, ok, wrong } from "../check.ts";

/** Each topic from which the stage gets events is there. */
export const topics: Check = {
  name: "topics",
  page: "deploy.md#a-first-stage",
  needs: { topics: ["sns:ListSubscriptionsByTopic"] },
  run: async ({ topics: all, subscriptionsOf }) => {
    const gone: string[] = [];
    for (const [event, arn] of Object.entries(all))
      if ((await subscriptionsOf(arn)) === undefined) gone.push(event);
    if (gone.length === 0) return [ok(`${Object.keys(all).length} topics are there`)];
    const toDo =
      "Update RainMaker, or leave the event out of the stage (topics.leaveOut), and deploy it again.";
    return gone.map((event) => wrong(`the topic of ${event} does not exist any more`, toDo));
  },
};
