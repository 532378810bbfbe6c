import type { TestStage } from "@rainhooks/app-local/testing/test-stage";
import type { CallRecorder } from "@rainhooks/infra/testing/call-recorder";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import type { StackJson } from "@rainhooks/stack/stack-json";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";

/** A result of the query API. */
export type Result = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

/** A tool of an assistant, what it is given, and the command that returns the same. */
export type ToolCall = readonly [
  tool: string,
  given: Readonly<Record<string, unknown>>,
  command: readonly string[],
];

/** What an extension adds to tests of a whole stage. */
export interface StagePlay {
  /** What functions must know before there are events. */
  readonly prepare?: (stage: Stage) => Promise<void>;
  /** Lets its functions make every call that they can make. */
  readonly play?: (running: TestStage) => Promise<void>;
  /** Asks every query of it. */
  readonly ask?: (get: (path: string) => Promise<Result>) => Promise<void>;
  /** The calls that functions make because of it, by function. */
  readonly calls: Readonly<Record<string, readonly string[]>>;
  /** Those that a run may be without, or has on a busy machine alone. */
  readonly rare?: StagePlay["calls"];
  /** Tests of the calls that functions have made, and of what their roles allow besides. */
  readonly tests?: (callsOf: (name: string) => CallRecorder["calls"], stack: StackJson) => void;
  /** Functions that run at a rate, and what they do is in golden files. */
  readonly scheduled?: readonly FunctionDefinition[];
  /** What is there before the events of golden files. */
  readonly beforeGolden?: (stage: Stage) => Promise<void>;
  /** Its tools, each with something to return. */
  readonly tools?: (running: TestStage, range: readonly string[]) => Promise<readonly ToolCall[]>;
}
