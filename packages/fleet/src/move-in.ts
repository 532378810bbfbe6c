import { SECOND_MS } from "@rainhooks/core";
import { addNodes, addTags, type RunningRainmaker } from "@rainhooks/local-rainmaker";
import type { FleetNode } from "./fleet.ts";

/** Returns how many messages say that the users of nodes get them and tag them. */
export function messagesOfMoveIn(nodes: readonly FleetNode[]): number {
  return nodes.reduce((sum, { users }) => sum + users.length + 1, 0);
}

/** Lets the users of nodes add them, the owner first, and the owner tag them by their site: events like any other, shortly before a time. */
export async function moveIn(
  { rainmaker, clock }: Pick<RunningRainmaker, "rainmaker" | "clock">,
  nodes: readonly FleetNode[],
  untilMs: number,
): Promise<void> {
  let atMs = untilMs - messagesOfMoveIn(nodes) * SECOND_MS;
  const next = () => {
    clock.play(atMs);
    atMs += SECOND_MS;
  };
  for (const { id, users, site } of nodes) {
    for (const [index, user] of users.entries()) {
      next();
      await addNodes(rainmaker, user, [id], index === 0 ? "primary" : "secondary");
    }
    next();
    await addTags(rainmaker, users[0] ?? "", id, [site]);
  }
}
