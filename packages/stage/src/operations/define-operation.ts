import { messageOf, RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { OperationOptions } from "../operate/progress.ts";
import type { Params } from "../query/params/param.ts";
import { type Audit, auditTable, beginAudit, endAudit } from "./audits.ts";
import type { Caller, OperationPermission } from "./caller.ts";
import type {
  CallPlace,
  Operation,
  OperationCall,
  OperationEntry,
  OperationOutcome,
  PlannedOperation,
} from "./operation.ts";
import { type Given, readRequest, recordedRequest } from "./read-request.ts";

/** Defines an operation. The types of its request, plan and result follow from the entry. */
export function defineOperation<const Of extends Params, Plan extends object, Result extends object>(
  entry: OperationEntry<Of, Plan, Result>,
): Operation {
  const { name, summary, request, permission, changes, command } = entry;
  return {
    ...{ name, summary, request, permission, changes, command },
    hasPlan: entry.plan !== undefined,
    isAsked: entry.plan !== undefined && entry.view.question !== undefined,
    needsPlan: entry.needsPlan === true,
    isLong: entry.title !== undefined,
    header: entry.view.header,
    check: (given) => {
      readChecked(entry, given);
    },
    call: (given, place) => callOf(entry, given, place),
  };
}

function readChecked<Of extends Params, Plan extends object, Result extends object>(
  entry: Pick<OperationEntry<Of, Plan, Result>, "request" | "check">,
  given: Given,
  caller?: Caller,
) {
  const at = { nowMs: Date.now(), door: caller?.door ?? "terminal" } as const;
  const request = readRequest(entry.request, given, at);
  entry.check?.(request, caller);
  return request;
}

function callOf<Of extends Params, Plan extends object, Result extends object>(
  entry: OperationEntry<Of, Plan, Result>,
  given: Given,
  place: CallPlace,
): OperationCall {
  const { permission, view } = entry;
  const { stage, ...others } = place;
  const request = readChecked(entry, given, place.caller);
  let made: Promise<Plan> | undefined;
  const planWith = (options: OperationOptions) => {
    made ??= entry.plan?.(stage, request, { ...others, ...options });
    if (made === undefined) throw new TypeError(`The operation ${entry.name} has no plan.`);
    return made;
  };
  const planned = async (plan: Plan): Promise<PlannedOperation> => ({
    value: (await view.planJson?.(plan, request, place)) ?? plan,
    text: await view.plan?.(plan, request, place),
    isRaw: view.isPlanRaw === true,
    question: await view.question?.(plan, request),
    notes: view.planNotes?.(plan, request) ?? [],
  });
  const outcome = async (result: Result): Promise<OperationOutcome> => ({
    value: (await view.json?.(result, request)) ?? result,
    text: await view.result(result, request, place),
    rows: view.rows?.(result) ?? [],
    notes: view.notes?.(result, request, place) ?? [],
    failed: view.failed?.(result, place) ?? false,
    exitCode: view.exitCode?.(result),
  });
  return {
    title: entry.title?.(request) ?? entry.name,
    plan: async (options) => {
      // A plan changes nothing: who may only read may make it.
      requirePermission(place.caller, permission === "operate" ? "read" : permission, entry.name);
      return planned(await planWith(options));
    },
    run: async (options) => {
      requirePermission(place.caller, permission, entry.name);
      const context = { ...others, ...options, plan: () => planWith(options) };
      const work = () => entry.run(stage, request, context);
      if (entry.changes === "nothing") return outcome(await work());
      const plan = await made;
      const keptPlan = plan === undefined ? undefined : entry.recorded?.plan?.(plan);
      const recorded = {
        request: recordedRequest(entry.request, request),
        ...(keptPlan === undefined ? {} : { plan: { ...keptPlan } }),
      };
      const { name, recorded: { result: keptResult } = {} } = entry;
      return audited({ name, place, recorded, options, keptResult }, work, outcome);
    },
  };
}

interface AuditedCall<Result> {
  readonly name: string;
  readonly place: CallPlace;
  readonly recorded: Pick<Audit, "request" | "plan">;
  readonly options: OperationOptions;
  readonly keptResult: ((result: Result) => object) | undefined;
}

/** Writes that an operation begins, runs it, and writes how it has ended. */
async function audited<Result extends object>(
  { name, place: { stage, caller }, recorded, options, keptResult }: AuditedCall<Result>,
  work: () => Promise<Result>,
  outcomeOf: (result: Result) => Promise<OperationOutcome>,
): Promise<OperationOutcome> {
  const table = auditTable(stage);
  const startedAtMs = Date.now();
  const { door } = caller;
  const begun = { operation: name, caller: await caller.who(), door, startedAtMs, ...recorded };
  const id = await beginAudit(table, begun);
  const end = async (outcome: Audit["outcome"], more: Pick<Audit, "result" | "error">) => {
    const isCancelled = options.signal?.aborted === true;
    const last = { outcome: isCancelled ? "cancelled" : outcome, endedAtMs: Date.now(), ...more } as const;
    try {
      await endAudit(table, { id, startedAtMs }, last);
      return [];
    } catch (error) {
      return [`The record ${id} does not say how it has ended: ${messageOf(error)}`];
    }
  };
  try {
    const result = await work();
    const outcome = await outcomeOf(result);
    const kept = keptResult?.(result);
    const notes = await end(
      outcome.failed ? "failed" : "done",
      kept === undefined ? {} : { result: { ...kept } },
    );
    return { ...outcome, notes: [...outcome.notes, ...notes] };
  } catch (error) {
    await end("failed", { error: toRainhooksError(error).code });
    throw error;
  }
}

/** @throws {RainhooksError} `input-invalid` */
function requirePermission(caller: Caller, permission: OperationPermission, name: string): void {
  if (caller.permissions.includes(permission)) return;
  throw new RainhooksError("input-invalid", `The operation ${name} needs the permission ${permission}.`, {
    permanent: true,
  });
}
