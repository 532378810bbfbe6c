import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import type { Resource } from "@rainhooks/webhook/resources";

/**
 * Returns what is wrong with functions that may send to their own trigger, by themselves or by way
 * of others: each needs an end of ours, since AWS is then told not to stop it.
 */
export function loopMistakes(known: readonly FunctionDefinition[]): string[] {
  const next = (from: FunctionDefinition) =>
    known.filter((to) => Object.values(from.resources).some((use) => sendsTo(use, to)));
  return known.flatMap((definition) => {
    const reached = new Set(next(definition));
    for (const one of reached) for (const further of next(one)) reached.add(further);
    const hasEnd = definition.trigger === "queue" && definition.maxAgeS !== undefined;
    if (reached.has(definition) === hasEnd) return [];
    const { name } = definition;
    return hasEnd
      ? `${name}: maxAgeS has no effect on a function that sends nothing to its own queue`
      : `${name}: it may send to what triggers it, and AWS stops it after 16 times: let it read a queue, and say in its definition, as maxAgeS, after which time that ends`;
  });
}

function sendsTo(use: Resource, to: FunctionDefinition): boolean {
  if (use.kind === "topic") return to.trigger === "topics" && to.events.includes(use.event);
  return use.kind === "queue" && use.queue === to.name && use.actions.includes("sqs:SendMessage");
}
