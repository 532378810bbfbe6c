import { stableText } from "@rainhooks/core/stable-text";
import type { FactModel } from "../facts/fact-model.ts";
import type { FactValues, NodeFactValues } from "./fact-spool.ts";

/**
 * Why a fact cannot be judged. `older`: it comes from before the range or the archive. `rules`: it
 * depends on deliveries for whose time the rules or the subscriptions are not known. `unreadable`:
 * it may come from a part of the archive that cannot be read.
 */
export type UnjudgedReason = "older" | "rules" | "unreadable";

/** A fact that differs; its values are texts. */
export type FactDifference = Readonly<ReturnType<typeof differenceOf>>;

/**
 * `missing`: it is not in the table. `unexpected`: no archived delivery says it. `wrong`: both,
 * with different values.
 */
type DifferenceKind = "missing" | "wrong" | "unexpected";

/** The result of comparing the facts of a node. */
export type NodeComparison = ReturnType<typeof compareNode>;

/** What a comparison depends on. */
export interface CompareContext {
  readonly model: FactModel;
  /** What was published before is not in what is archived, or is left out. */
  readonly fromMs: number;
  /** True if `fromMs` was asked for: then a node can always have older facts. */
  readonly isFromAsked: boolean;
  /**
   * True if a part of the archive cannot be read: then what no delivery says can come from there.
   */
  readonly isIncomplete: boolean;
  /** When the tables were read. */
  readonly readAtMs: number;
}

type Verdict = "equal" | "expired" | "none" | UnjudgedReason | DifferenceKind;

/**
 * Compares the facts of a node. What is stored must have at least what follows from the archived
 * deliveries, and at most what follows from all of them: because facts can only be joined, both is
 * seen by joining. So a table is judged exactly also while events come.
 */
export function compareNode(nodeId: string, facts: NodeFactValues, context: CompareContext) {
  const verdicts = [...facts].map(([name, values]) => ({
    name,
    values,
    verdict: judgeFact(name, values, context),
  }));
  const hasOlder = context.isFromAsked || verdicts.some(({ verdict }) => verdict === "older");
  const finals = verdicts.map((one) => {
    // A fact without a time, such as a tag, can be as old as the oldest fact of its node.
    const isTimeless =
      one.verdict === "unexpected" && hasOlder && canBeOlder(one.name, one.values, context);
    return isTimeless ? { ...one, verdict: "older" as const } : one;
  });
  const namesOf = (of: Verdict) =>
    finals.filter(({ verdict }) => verdict === of).map(({ name }) => name);
  const differences = finals.flatMap(({ name, values, verdict }) =>
    verdict === "missing" || verdict === "wrong" || verdict === "unexpected"
      ? [differenceOf(nodeId, name, values, verdict, context)]
      : [],
  );
  const older = namesOf("older");
  return {
    compared: namesOf("equal").length + differences.length,
    differences,
    unjudged: {
      older: older.length,
      rules: namesOf("rules").length,
      unreadable: namesOf("unreadable").length,
    },
    /** Names of the facts that are older. */
    older,
    /** Facts that may have been deleted because their time to live is over. */
    expired: namesOf("expired").length,
  };
}

function judgeFact(name: string, values: FactValues, context: CompareContext): Verdict {
  const { archived, unknown, stored } = values;
  if (stored !== undefined) {
    // What is past follows from the archive: a stored time to live can be wrong.
    const { all } = joinedOf(name, values, context.model);
    return isExpired(name, all, context) ? "expired" : judgeStored(name, values, all, context);
  }
  if (archived !== undefined && context.model.isAwaited?.(name, archived, context.readAtMs))
    return "none";
  if (archived !== undefined) return isExpired(name, archived, context) ? "expired" : "missing";
  return unknown === undefined ? "none" : "rules";
}

function judgeStored(
  name: string,
  values: FactValues,
  all: unknown,
  context: CompareContext,
): Verdict {
  const { model, isIncomplete } = context;
  const { archived, stored } = values;
  if (isSaid(values)) return "equal";
  if (model.saysWrong(name)) return "unexpected";
  const hasAll = archived === undefined || contains(name, stored, archived, model);
  if (hasAll && all !== undefined && contains(name, all, stored, model))
    return dependsOnRules(name, values, model) ? "rules" : agreed(archived);
  if (hasAll && isOlder(name, stored, all, context)) return "older";
  if (hasAll && isIncomplete) return "unreadable";
  return all === undefined ? "unexpected" : "wrong";
}

/** Returns true if what is stored is at a glance what follows from the archive. */
function isSaid({ archived, younger, unknown, stored }: FactValues): boolean {
  return (younger ?? unknown) === undefined && stableText(archived) === stableText(stored);
}

/** Returns the verdict on a fact that is as it may be: it counts as equal if it had to be there. */
function agreed(archived: unknown): Verdict {
  return archived === undefined ? "none" : "equal";
}

function isExpired(name: string, value: unknown, { model, readAtMs }: CompareContext): boolean {
  if (value === undefined) return false;
  return (model.expiresAtMs(name, value) ?? Number.POSITIVE_INFINITY) <= readAtMs;
}

/**
 * Returns true if what may be stored is more than what must be, because of deliveries for whose
 * time the rules are not known.
 */
function dependsOnRules(name: string, values: FactValues, model: FactModel): boolean {
  if (values.unknown === undefined) return false;
  const { known } = joinedOf(name, values, model);
  return known === undefined || !contains(name, known, values.unknown, model);
}

/** Joins the values of a fact that is archived: those for which the rules are known, and all. */
function joinedOf(name: string, { archived, younger, unknown }: FactValues, { join }: FactModel) {
  const joined = (a: unknown, b: unknown) =>
    a === undefined || b === undefined ? (a ?? b) : join(name, a, b);
  const known = joined(archived, younger);
  return { known, all: joined(known, unknown) };
}

/** Returns true if joining `part` to `whole` changes nothing. */
export function contains(
  name: string,
  whole: unknown,
  part: unknown,
  { join }: FactModel,
): boolean {
  return stableText(join(name, whole, part)) === stableText(join(name, whole, whole));
}

/**
 * Returns true if everything in a stored value that no archived delivery has said comes from
 * before.
 */
function isOlder(
  name: string,
  stored: unknown,
  all: unknown,
  { model, fromMs }: CompareContext,
): boolean {
  const known = new Set(
    all === undefined ? [] : model.partsOf(name, all).map(({ value }) => stableText(value)),
  );
  const strange = model.partsOf(name, stored).filter(({ value }) => !known.has(stableText(value)));
  return strange.length > 0 && strange.every(({ atMs }) => atMs !== undefined && atMs < fromMs);
}

/**
 * Whether a fact without a time can be as old as others of its node; not so what is wrong in
 * itself.
 */
function canBeOlder(name: string, { stored }: FactValues, { model }: CompareContext): boolean {
  return (
    !model.saysWrong(name) && model.partsOf(name, stored).every(({ atMs }) => atMs === undefined)
  );
}

/** Describes a fact that differs. */
export function differenceOf(
  nodeId: string,
  name: string,
  values: FactValues,
  kind: DifferenceKind,
  { model }: Pick<CompareContext, "model">,
) {
  const { known } = joinedOf(name, values, model);
  const text = (value: unknown) => (value === undefined ? undefined : stableText(value));
  return {
    nodeId,
    name,
    /** For people. */
    what: model.describe(name),
    kind,
    archived: text(known),
    stored: text(values.stored),
  };
}
