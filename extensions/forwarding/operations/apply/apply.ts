import { countText } from "@rainhooks/core/count-text";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { readSource } from "@rainhooks/stage/commands/read-input";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { flag, requiredText } from "@rainhooks/stage/query/params/kinds";
import type { ApplyPlan, ApplyStep } from "./plan-apply.ts";

const HELP = `
Examples:
  rainhooks destinations ls --json > destinations.json
  rainhooks destinations apply destinations.json --plan
  rainhooks destinations apply destinations.json --prune --yes --stage production

What is as the file says already is not written again. Of a secret, the file says where it is: "secrets": { "url": "env:CRM_URL" }.`;

const idsOf = (steps: readonly ApplyStep[], one: ApplyStep["kind"]) =>
  steps.filter(({ kind }) => kind === one).map(({ id }) => id);
const byKind = (steps: readonly ApplyStep[]) => ({
  added: idsOf(steps, "add"),
  changed: idsOf(steps, "change"),
  removed: idsOf(steps, "remove"),
});

/**
 * Makes the destinations of a stage those of a file. It reads secrets where the file says, on this
 * machine.
 */
export const apply = defineOperation({
  name: "destination-apply",
  summary:
    "Make destinations as a file has them: what differs is added, changed, and with --prune removed",
  request: {
    file: {
      ...requiredText({
        description: "File with JSON as destinations ls --json prints it, and where secrets are.",
        placeholder: "file",
        maxLength: 10_000_000,
      }),
      isFile: true,
    },
    prune: flag({ description: "Remove the destinations that are not in the file." }),
  },
  permission: "terminal",
  changes: "much",
  command: { words: "destinations apply", args: ["file"], help: HELP },
  needsPlan: true,
  plan: async (stage, { file, prune }): Promise<ApplyPlan> => {
    const { planApply } = await import("./plan-apply.ts");
    return planApply(stage, file, { prune, readSource });
  },
  run: async (_, __, { plan }) => {
    const done: ApplyStep[] = [];
    const failed: { readonly id: string; readonly error: string }[] = [];
    for (const step of (await plan()).steps)
      try {
        await step.run();
        done.push(step);
      } catch (error) {
        if (!(error instanceof RainhooksError)) throw error;
        failed.push({ id: step.id, error: messageOf(error) });
      }
    return { done, failed };
  },
  view: {
    plan: planText,
    question: ({ steps: { length } }) =>
      length === 0 ? undefined : `Make ${countText(length, "destination")} as the file has them?`,
    json: ({ done, failed }) => ({ ...byKind(done), failed }),
    result: ({ done, failed }) =>
      [
        ...done.map(({ id, kind }) => `${id} was ${DONE[kind]}.`),
        ...failed.map(({ id, error }) => `${id} may not be as the file says: ${error}`),
        ...(done.length + failed.length === 0
          ? ["All is as the file says. Nothing was changed."]
          : []),
      ].join("\n"),
    failed: ({ failed }) => failed.length > 0,
  },
  recorded: {
    plan: ({ steps }) => byKind(steps),
    result: ({ done, failed }) => ({ ...byKind(done), failed: failed.map(({ id }) => id) }),
  },
});

const DONE = { add: "added", change: "changed", remove: "removed" } as const;
const MARKS = { add: "+", change: "~", remove: "-" } as const;

function planText({ steps, same, others }: ApplyPlan): string {
  return [
    ...steps.flatMap(({ id, kind, changes }) => [
      `${MARKS[kind]} ${id}`,
      ...changes.map((one) => `    ${one}`),
    ]),
    ...(same.length === 0 ? [] : [`${countText(same.length, "destination")} as the file says.`]),
    ...(others.length === 0
      ? []
      : [`Not in the file, and left as they are without --prune: ${others.join(", ")}`]),
  ].join("\n");
}
