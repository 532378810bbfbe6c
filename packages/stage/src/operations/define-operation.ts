import { messageOf, toRainhooksError, wrongInput } from "@rainhooks/core/errors";
import { EndRequest, isCancelled, type OperationOptions } from "../operate/progress.ts";
import type { Params, ValuesOf } from "../query/params/param.ts";
import type { Audit } from "./audits.ts";
import type { Caller, OperationPermission } from "./caller.ts";
import type {
  CallPlace,
  Operation,
  OperationCall,
  OperationEntry,
  OperationOutcome,
  PlannedOperation,
} from "./operation.ts";
import { type RequestFields, readRequest, recordedRequest } from "./read-request.ts";

/** Defines an operation. The types of its request, plan and result follow from the entry. */
export function defineOperation<
  const Of extends Params,
  Plan extends object,
  Result extends object,
>(entry: OperationEntry<Of, Plan, Result>): Operation {
  const { name, summary, request, permission, changes, command } = entry;
  return {
    name,
    summary,
    request,
    permission,
    changes,
    command,
    hasPlan: entry.plan !== undefined,
    isAsked: entry.plan !== undefined && entry.view.question !== undefined,
    needsPlan: entry.needsPlan === true,
    needsShownPlan: needsShownPlan(entry),
    isLong: entry.title !== undefined,
    header: entry.view.header,
    check: (given) => {
      readChecked(entry, given);
    },
    call: (given, place) => callOf(entry, given, place),
  };
}

/** What changes much, or what its plan alone says. */
function needsShownPlan({
  plan,
  changes,
  needsPlan,
}: Pick<Operation, "changes"> & { readonly plan?: unknown; readonly needsPlan?: true }): boolean {
  return plan !== undefined && (changes === "much" || needsPlan === true);
}

function readChecked<Of extends Params, Plan extends object, Result extends object>(
  entry: Pick<OperationEntry<Of, Plan, Result>, "request" | "check">,
  given: RequestFields,
  caller?: Caller,
) {
  const at = { nowMs: Date.now(), door: caller?.door ?? "terminal" } as const;
  const request = readRequest(entry.request, given, at);
  entry.check?.(request, caller);
  return request;
}

function callOf<Of extends Params, Plan extends object, Result extends object>(
  entry: OperationEntry<Of, Plan, Result>,
  given: RequestFields,
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
    csv: view.planCsv?.(plan) ?? { header: [], rows: [] },
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
    needsShownPlan: needsShownPlan(entry) && entry.isNamed?.(request) !== true,
    plan: async (options) => {
      // A plan changes nothing: who may only read may make it.
      requirePermission(place.caller, permission === "operate" ? "read" : permission, entry.name);
      return planned(await planWith(options));
    },
    run: async (options) => {
      requirePermission(place.caller, permission, entry.name);
      const plan = entry.needsPlan === true ? await planWith(options) : await made;
      const work: Work<Result> = (given, record) =>
        entry.run(stage, request, { ...others, ...given, plan: () => planWith(given), record });
      if (entry.changes === "nothing") return outcome(await work(options, async () => undefined));
      return audited(entry, request, plan, { place, options, work, outcome });
    },
  };
}

type RecordResult = (result: object) => Promise<void>;
type Work<Result> = (options: OperationOptions, record: RecordResult) => Promise<Result>;

/** Returns what is recorded of a call before it begins. */
function keptOf<Of extends Params, Plan extends object, Result extends object>(
  { request: fields, recorded }: OperationEntry<Of, Plan, Result>,
  request: RequestFields,
  plan: Plan | undefined,
): Pick<Audit, "request" | "plan"> {
  if (plan === undefined) return { request: recordedRequest(fields, request) };
  const keptPlan = recorded?.plan?.(plan);
  return {
    request: recordedRequest(fields, { ...request, ...recorded?.request?.(plan) }),
    ...(keptPlan === undefined ? {} : { plan: { ...keptPlan } }),
  };
}

/** Writes that an operation begins, runs it, and writes how it has ended. */
async function audited<Of extends Params, Plan extends object, Result extends object>(
  entry: OperationEntry<Of, Plan, Result>,
  request: ValuesOf<Of>,
  plan: Plan | undefined,
  call: {
    readonly place: CallPlace;
    readonly options: OperationOptions;
    readonly work: Work<Result>;
    readonly outcome: (result: Result) => Promise<OperationOutcome>;
  },
): Promise<OperationOutcome> {
  const { stage, caller } = call.place;
  const { auditTable, beginAudit, updateAudit } = await import("./audits.ts");
  const table = auditTable(stage);
  const startedAtMs = Date.now();
  const title = entry.title?.(request);
  const longWork = title === undefined ? undefined : await import("./long-work.ts");
  const id = await beginAudit(table, {
    operation: entry.name,
    caller: await caller.who(),
    door: caller.door,
    startedAtMs,
    ...keptOf(entry, request, plan),
    ...(title === undefined ? {} : longWork?.aliveFields(title, startedAtMs)),
  });
  const alive = longWork?.keepAlive(table, { id, startedAtMs }, call.options);
  const options = alive?.options ?? call.options;
  const record = async (result: object) => {
    await updateAudit(table, { id, startedAtMs }, { result: { ...result } });
  };
  const end = async (outcome: Audit["outcome"], more: Pick<Audit, "result" | "error">) => {
    try {
      await updateAudit(table, { id, startedAtMs }, { outcome, endedAtMs: Date.now(), ...more });
      return [];
    } catch (error) {
      return [`The record ${id} does not say how it has ended: ${messageOf(error)}`];
    }
  };
  try {
    const result = await call.work(options, record);
    const outcome = await call.outcome(result);
    const keptEnd = entry.recorded?.result?.(result);
    // What was done before it could be cancelled is done.
    const wasCancelled = outcome.failed && options.signal?.aborted === true;
    const notes = await end(
      wasCancelled ? "cancelled" : outcome.failed ? "failed" : "done",
      keptEnd === undefined ? {} : { result: { ...keptEnd } },
    );
    return { ...outcome, isCancelled: wasCancelled, notes: [...outcome.notes, ...notes] };
  } catch (error) {
    const failed = isCancelled(error, options.signal) ? "cancelled" : "failed";
    await end(failed, { error: toRainhooksError(error).code });
    const reason: unknown = options.signal?.reason;
    throw failed === "cancelled" && reason instanceof EndRequest ? reason : error;
  } finally {
    alive?.stop();
  }
}

/** @throws {RainhooksError} `input-invalid` */
function requirePermission(caller: Caller, permission: OperationPermission, name: string): void {
  if (caller.permissions.includes(permission)) return;
  throw wrongInput(`The operation ${name} needs the permission ${permission}.`);
}
