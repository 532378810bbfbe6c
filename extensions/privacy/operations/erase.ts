import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { durationUpTo, list, requiredText, secret } from "@rainhooks/stage/query/params/kinds";
import type { Erasure } from "../erase/erasure-store.ts";
import type { ErasureSubject } from "../erase/subject.ts";

/** More than any id or name has; what cannot be looked for is refused before. */
const MAX_LENGTH = 1000;
const MAX_NAMES = 100;

/** The fields that name the subject. No record contains them. */
export const SUBJECT = {
  id: (of: string) =>
    secret(
      requiredText({ description: `Id of the ${of}, whole.`, placeholder: "id", maxLength: MAX_LENGTH }),
    ),
  also: secret(
    list(
      {
        description:
          "Further texts that name it, such as the name of a user: whole values, and words of texts.",
        ...{ placeholder: "texts", maxLength: MAX_LENGTH },
      },
      { max: MAX_NAMES },
    ),
  ),
};

/** Makes the operation that erases a node or a user. */
function eraseOperation(kind: ErasureSubject["kind"], summary: string) {
  return defineOperation({
    name: kind === "node" ? "eraseNode" : "eraseUser",
    summary,
    request: {
      id: SUBJECT.id(kind),
      also: SUBJECT.also,
      wait: durationUpTo("1d", {
        description:
          "How long to wait for functions that have not handled what was published, before it goes on without them.",
        fallback: "30m",
      }),
    },
    // Who erases sees all data.
    permission: "terminal",
    changes: "much",
    command: { words: `erase ${kind}`, args: ["id"] },
    title: () => `Erase a ${kind}`,
    plan: async (stage, { id, also }, options) =>
      (await import("../erase/plan.ts")).planErasure(stage, { kind, id, also }, options),
    run: async (stage, { id, also, wait: maxWaitMs }, { record, ...given }) => {
      const { eraseSubject } = await import("../erase/erase.ts");
      const onStored = (erasure: Erasure) => record(keptOf(erasure));
      return eraseSubject(stage, { kind, id, also }, { ...given, maxWaitMs, onStored });
    },
    view: {
      plan: async (plan, { wait }) =>
        (await import("../views/erasure-text.ts")).erasurePlanText(plan, kind, wait),
      planJson: (plan) => ({ ...plan, tables: Object.fromEntries(plan.tables) }),
      question: () => `Erase this ${kind} for good? Nothing brings it back.`,
      result: async (erased) => (await import("../views/erasure-text.ts")).erasedText(erased),
    },
    recorded: { result: ({ erasure }) => keptOf(erasure) },
  });
}

function keptOf({ id, alias }: Erasure): object {
  return { erasure: id, alias };
}

/** What erases somebody's data. */
export const ERASE_OPERATIONS = [
  eraseOperation("node", "Erase what a node has sent, and what is stored about it"),
  eraseOperation(
    "user",
    "Take a user out of everything that is stored: nobody can tell any more whose it was",
  ),
] as const;
