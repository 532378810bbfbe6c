import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { durationUpTo, list, requiredText, secret } from "@rainhooks/stage/query/params/kinds";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";
import type { Erasure } from "../erase/erasure-store.ts";
import type { ErasureSubject } from "../erase/subject.ts";

/** More than any id or name has; what cannot be looked for is refused before. */
const MAX_LENGTH = 1000;
const MAX_NAMES = 100;

/** The fields that name the subject. No record contains them. */
export const SUBJECT = {
  id: (of: string) =>
    secret(
      requiredText({
        description: `Id of the ${of}, whole.`,
        placeholder: "id",
        maxLength: MAX_LENGTH,
      }),
    ),
  also: secret(
    list(
      {
        description:
          "Further texts that name it, such as the name of a user: whole values, and words of texts.",
        placeholder: "texts",
        maxLength: MAX_LENGTH,
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

const HEADER = [
  "id",
  "kind",
  "state",
  "startedAtMs",
  "doneAtMs",
  "goneAtMs",
  "deliveries",
  "items",
  "startedBy",
];
const TITLES = [
  "erasure",
  "of a",
  "state",
  "started (UTC)",
  "done (UTC)",
  "last copy gone by",
  "deliveries",
  "items",
  "by",
];
/** Columns with times. */
const TIMES = new Set([3, 4, 5]);

/**
 * Lists the erasures of a stage, newest first. A finished erasure does not say whose data it was.
 */
export const listErasuresOperation = defineOperation({
  name: "listErasures",
  summary: "List the erasures of a stage, newest first: when, and how much",
  request: {},
  // One that is not done says it.
  permission: "terminal",
  changes: "nothing",
  command: { words: "erase ls" },
  run: async (stage) => {
    const { listErasures } = await import("../erase/erasure-store.ts");
    const { erasureTable } = await import("@rainhooks/stage/tables/erasures");
    const erasures = await listErasures(erasureTable(stage));
    const rows = erasures.map(
      ({ id, kind, step, startedAtMs, doneAtMs, goneAtMs, counts, startedBy }) => [
        id,
        kind,
        step === "done" ? "done" : "not done",
        startedAtMs,
        doneAtMs,
        goneAtMs,
        counts.changed + counts.dropped,
        counts.items,
        startedBy,
      ],
    );
    return { erasures, rows };
  },
  view: {
    header: HEADER,
    rows: ({ rows }) => rows,
    json: ({ erasures }) => ({ erasures }),
    result: ({ rows }) =>
      rows.length === 0
        ? "Nothing was erased."
        : formatTable(
            TITLES,
            rows.map((row) =>
              row.map((cell, index) => (TIMES.has(index) ? timeText(cell) : (cell ?? ""))),
            ),
          ),
  },
});

function timeText(cell: string | number | undefined): string {
  return typeof cell === "number" ? formatTime(cell) : "";
}
