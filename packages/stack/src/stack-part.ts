import type { EventType } from "@rainhooks/core/catalog";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { StageOutputs } from "@rainhooks/stage/outputs";
import type { FunctionDefinition, Webhook } from "@rainhooks/webhook/define-function";
import type { TerraformStack } from "cdktf";
import type { DynamodbTable, SqsQueue } from "./aws.ts";
import type { StackConfig } from "./config/config.ts";
import type { FunctionPlan } from "./function/deployment.ts";
import type { PartCosts } from "./part-costs.ts";
import type { PolicyStatement } from "./policies/document.ts";
import type { Statement } from "./policy.ts";
import type { EventSources } from "./sources.ts";
import type { StackProgram } from "./stack-program.ts";
import type { Topics } from "./topics.ts";
import type { CloudwatchAlarm, Graph } from "./watching/alarm.ts";

/** What is wrong with a stage, after its name; nothing if it is no text. */
export type StageMistake = string | false | undefined;

/** A stack while it is made, as an extension adds to it. */
export interface StackPlaces {
  readonly stack: TerraformStack;
  /** Id of the AWS account. */
  readonly account: string;
  readonly topics: Topics;
  /** A table of the stage, by its name; `undefined` if it has none. */
  readonly tableOf: (name: string) => DynamodbTable | undefined;
  /** The queue of a function, by its name; `undefined` if the stage has none. */
  readonly queueOf: (name: string) => SqsQueue | undefined;
}

/** What a stage consists of, for the policies of its operators. */
export interface PolicyContext {
  /** The functions that a stage can have. */
  readonly functions: readonly FunctionDefinition[];
  /** Those that it has. */
  readonly deployed: readonly FunctionDefinition[];
  /** Names of the tables that it has, within the stage. */
  readonly tables: readonly string[];
}

/** What somebody may change, by what it is. The values are how docs say it. */
export const CHANGES = {
  items: "items of the tables",
  messages: "messages in the queues",
  objects: "objects in the buckets",
  parameters: "the parameters",
  functions: "invocations of the functions",
  queries: "queries in the workgroup",
  alarms: "states of the alarms",
  subscriptions: "subscriptions of RainMaker's topics to the queues",
  resources: "the resources themselves",
} as const;

/**
 * What somebody may change: names within the stage, in which `*` is any text; of parameters whole
 * names.
 */
export type Changes = Readonly<Partial<Record<keyof typeof CHANGES, readonly string[]>>>;

/** A task of an operator, and what it is allowed. */
export interface OperatorTask<Fields extends object = object> {
  readonly name: string;
  /** False for one that a policy allows only if it names it. @defaultValue true */
  readonly isUsual?: boolean;
  /** True for one that changes something, so that its records must be written. */
  readonly isRecorded?: true;
  /** What it may change, at most, besides records of changes. @defaultValue nothing */
  readonly changes?: Changes;
  statements(config: StackConfig & Fields, context: PolicyContext): PolicyStatement[];
}

/** Targets of a stage: queues, topics, buses and functions that are not its own. */
export interface StackTargets {
  /** Their ARNs, by name. */
  readonly arns: Readonly<Record<string, string>>;
  /** What a function that sends to them may do. */
  readonly statements: readonly Statement[];
}

/** A line of the deployer's policy about what is not the stage's own. */
export interface LookUp {
  readonly sid: string;
  /** Such as `dynamodb: DescribeTable`. */
  readonly calls: string;
  readonly on: readonly string[];
}

/**
 * The part of a stack that an extension adds. Its fields of a stage's file are values, which
 * stand beside it, and are in the one list of `infra`.
 *
 * @typeParam Fields The fields of a stage's file that it reads.
 */
export interface StackPart<Fields extends object = object> {
  /** Name of the extension; of a part of a stage, too, if it has functions or tables. */
  readonly name: string;
  /** Parts without which a stage cannot have it, besides those whose queues its functions use. */
  readonly needs?: readonly string[];
  /** What must be done before it is taken out of a stage, besides naming it in `dropData`. */
  readonly beforeDrop?: string;
  /** The tables that are deployed for a description: itself, and others like it. */
  deployedTables?(table: TableDescription): TableDescription[];
  /**
   * Returns mistakes in the combination of its fields in a stage's file; each field alone is valid.
   */
  mistakes?(config: StackConfig & Fields, context: Omit<PolicyContext, "tables">): StageMistake[];
  /** Whether a stage has a function, where fields decide that; otherwise `undefined`. */
  hasFunction?(config: StackConfig & Fields, definition: FunctionDefinition): boolean | undefined;
  /** How many invocations of a webhook run at once; `undefined` for those of its definition. */
  planOf?(webhook: Webhook, config: StackConfig & Fields): FunctionPlan | undefined;
  /** Where events come from; `undefined` for RainMaker's topics. */
  sources?(config: StackConfig & Fields): EventSources;
  /** Derived events that it publishes, besides those that its functions publish to a topic. */
  publishes?(config: StackConfig & Fields): readonly EventType[];
  /**
   * Whether a function sends to addresses on the internet: it connects from the stage's `egress`.
   */
  sends?(definition: FunctionDefinition): boolean;
  targets?(config: StackConfig & Fields): StackTargets;
  /** Alarms about what functions count. */
  alarms?(config: StackConfig & Fields, deployed: readonly FunctionDefinition[]): CloudwatchAlarm[];
  graphs?(config: StackConfig & Fields, deployed: readonly FunctionDefinition[]): Graph[];
  /** Adds to the stack, when its functions are there; returns the alarms of what it has added. */
  make?(config: StackConfig & Fields, places: StackPlaces): CloudwatchAlarm[];
  outputs?(config: StackConfig & Fields): Partial<StageOutputs>;
  readonly tasks?: readonly OperatorTask<Fields>[];
  /** What it costs. */
  readonly costs?: PartCosts;
  /** Programs that print what they compute from stacks, such as `npm run cost`, by their names. */
  readonly programs?: Readonly<
    Record<string, (args: readonly string[], program: StackProgram) => string>
  >;
  /**
   * Fields with which a stage has more of it than without: pages that are made from stacks show
   * that, too.
   */
  readonly variants?: readonly Fields[];
  /** Resources outside of the stage that the deployer may look up. */
  lookUps?(config: StackConfig & Fields): LookUp[];
}
