import type { CsvRow } from "../commands/output.ts";
import type { ProjectContents } from "../functions.ts";
import type { OperationOptions } from "../operate/progress.ts";
import type { Params, ValuesOf } from "../query/params/param.ts";
import type { StageAccess } from "../stage-access.ts";
import type { Caller, OperationPermission } from "./caller.ts";
import type { RequestFields } from "./read-request.ts";

/** Where and by whom an operation is called. */
export interface CallPlace extends ProjectContents {
  readonly stage: StageAccess;
  readonly caller: Caller;
  /** Options that a command needs to reach the stage, such as ` --stage production`. */
  readonly onStage: string;
}

/** What a plan and a run are given besides the request. */
export interface OperationContext extends OperationOptions, Omit<CallPlace, "stage"> {}

/** How an operation is typed. */
export interface OperationCommand {
  /** Such as `destinations pause`: the words of its group, and its own. */
  readonly words: string;
  /** Fields that are arguments; the last one may be a list. All others are options. */
  readonly args?: readonly string[];
  /** Whether the command of its group without another word runs it. */
  readonly isDefault?: true;
  /** Words and description of a command of its own for the plan, instead of an option. */
  readonly plan?: readonly [words: string, description: string];
  /**
   * The option that only shows the plan. @defaultValue `--plan` of what changes much, and
   * `--dry-run`
   */
  readonly dryRun?: readonly [option: string, description: string];
  /** Exit code if it fails, for a command whose exit code 1 has another meaning. */
  readonly failExit?: number;
  /** What follows in its help, such as examples. */
  readonly help?: string;
}

/** How the plan and the result of an operation are shown. */
export interface OperationView<Request, Plan, Result> {
  /** For people; without it, nothing is shown of a plan but its question. */
  readonly plan?: (plan: Plan, request: Request, place: CallPlace) => string | Promise<string>;
  /** The plan as CSV, for an operation whose result has columns. */
  readonly planCsv?: (plan: Plan) => {
    readonly header: readonly string[];
    readonly rows: readonly CsvRow[];
  };
  /** The question before it is run; `undefined` if no confirmation is needed. */
  readonly question?: (
    plan: Plan,
    request: Request,
  ) => string | undefined | Promise<string | undefined>;
  readonly result: (result: Result, request: Request, place: CallPlace) => string | Promise<string>;
  /** What programs get of the plan and of the result. @defaultValue all of it */
  readonly planJson?: (plan: Plan, request: Request, place: CallPlace) => object | Promise<object>;
  readonly json?: (result: Result, request: Request) => object | Promise<object>;
  /** The result as CSV, for a list. */
  readonly header?: readonly string[];
  readonly rows?: (result: Result) => readonly CsvRow[];
  /** Additional notes for people, also for those whose program reads the result. */
  readonly planNotes?: (plan: Plan, request: Request) => readonly string[];
  readonly notes?: (result: Result, request: Request, place: CallPlace) => readonly string[];
  /** Whether it has done only a part of the request, or nothing. */
  readonly failed?: (result: Result, place: CallPlace) => boolean;
  /** The exit code of the command if it has failed. @defaultValue 1 */
  readonly exitCode?: (result: Result) => number | undefined;
}

/**
 * An operation of a stage: its fields, its plan, its run, and its views. Its command, its route of
 * the console, its tool for assistants and the record of each call are made from it.
 */
export interface OperationEntry<Of extends Params, Plan extends object, Result extends object> {
  /** Unique; also the name of its action in the console. */
  readonly name: string;
  /** A sentence without its full stop. */
  readonly summary: string;
  readonly request: Of;
  readonly permission: OperationPermission;
  /** `much`: its plan is shown before it is run. */
  readonly changes: "nothing" | "something" | "much";
  readonly command: OperationCommand;
  /**
   * Checks a request, without a stage.
   *
   * @param caller `undefined` before the stage is reached: the caller is known after that.
   * @throws {RainhooksError} for fields that contradict each other, or are not allowed for this
   * caller.
   */
  readonly check?: (request: ValuesOf<Of>, caller: Caller | undefined) => void;
  /** For long work: its title while it runs, such as `Resume crm`. It can be cancelled. */
  readonly title?: (request: ValuesOf<Of>) => string;
  /** Says what would be done, and changes nothing. */
  readonly plan?: (
    stage: StageAccess,
    request: ValuesOf<Of>,
    context: OperationContext,
  ) => Promise<Plan>;
  /** Whether `run` needs the plan, so that the plan is made even without a confirmation. */
  readonly needsPlan?: true;
  /** Whether a request names each thing that it changes: a page need not show a plan of it. */
  readonly isNamed?: (request: ValuesOf<Of>) => boolean;
  /**
   * @param context `plan` returns the plan, which is made if nobody has seen it; `record` writes a
   * result to the record before the end, for what may be killed.
   */
  readonly run: (
    stage: StageAccess,
    request: ValuesOf<Of>,
    context: OperationContext & {
      readonly plan: () => Promise<Plan>;
      readonly record: (result: object) => Promise<void>;
    },
  ) => Promise<Result>;
  readonly view: OperationView<ValuesOf<Of>, Plan, Result>;
  /** What is kept in the record of plan and result: nothing that is secret. */
  readonly recorded?: {
    /** Fields of the request as the plan has found them, such as the id of a node for its name. */
    readonly request?: (plan: Plan) => object;
    readonly plan?: (plan: Plan) => object;
    readonly result?: (result: Result) => object;
  };
}

/** A plan that was made. */
export interface PlannedOperation {
  readonly value: object;
  /** Absent if only its question is shown. */
  readonly text: string | undefined;
  readonly csv: { readonly header: readonly string[]; readonly rows: readonly CsvRow[] };
  readonly question: string | undefined;
  readonly notes: readonly string[];
}

/** What an operation has come to. */
export interface OperationOutcome {
  readonly value: object;
  readonly text: string;
  readonly rows: readonly CsvRow[];
  readonly notes: readonly string[];
  readonly failed: boolean;
  /** Whether it has failed because it was cancelled, here or by another process. */
  readonly isCancelled?: boolean;
  readonly exitCode: number | undefined;
}

/** A call of an operation, whose request is right. */
export interface OperationCall {
  readonly title: string;
  /** Whether a page must have shown its plan before it is run. */
  readonly needsShownPlan: boolean;
  /** @throws {RainhooksError} for a caller without permission, and if the stage cannot be read. */
  readonly plan: (options: OperationOptions) => Promise<PlannedOperation>;
  /** @throws {RainhooksError} also if it cannot be recorded: then nothing is changed. */
  readonly run: (options: OperationOptions) => Promise<OperationOutcome>;
}

/** An operation as programs have it: all of its types are inside. */
export interface Operation
  extends Pick<
    OperationEntry<Params, object, object>,
    "name" | "summary" | "request" | "permission" | "changes"
  > {
  readonly command: OperationCommand;
  readonly hasPlan: boolean;
  /** Whether people may be asked before it is run. */
  readonly isAsked: boolean;
  readonly needsPlan: boolean;
  /** Whether some of its calls do. */
  readonly needsShownPlan: boolean;
  readonly isLong: boolean;
  /** Names of the columns of its result, of a list. */
  readonly header: readonly string[] | undefined;
  /**
   * @throws {RainhooksError} `input-invalid` for a request that is not right. It needs no stage.
   */
  readonly check: (given: RequestFields) => void;
  /** @throws {RainhooksError} the same. */
  readonly call: (given: RequestFields, place: CallPlace) => OperationCall;
}
