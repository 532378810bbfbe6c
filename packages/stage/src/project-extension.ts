import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Resources } from "@rainhooks/webhook/resources";
import type { Functions } from "./functions.ts";
import type { Operation } from "./operations/operation.ts";
import type { Question } from "./query/question.ts";

/** Adds commands to the command line. */
export type AddCommands = (program: CommandUnknownOpts) => void;

/**
 * What an extension of your own can have, in a clone and in a project. What a program runs is a
 * module of its own, which it loads when it starts: an import in a file `extension.ts` or
 * `extensions.ts` that waits until then is in no bundle of a function.
 */
export interface ProjectExtension {
  /** A name of which there is no other; of those that come with Rainhooks, that of its folder. */
  readonly name: string;
  /** What a stage has with it, in a sentence. */
  readonly description: string;
  readonly functions: Functions;
  /**
   * Queries of your own: the command line, the HTTP API and assistants have them. Those that come
   * with Rainhooks are in a list for bundles, `apps/list/src/questions.ts`.
   */
  readonly questions?: readonly Question[];
  /** The tables of your own that these queries read, each by a name of which there is no other. */
  readonly reads?: Resources;
  /** Their first words are none of the platform's commands, such as `nodes`. */
  readonly commands?: () => Promise<{ readonly addCommands: AddCommands }>;
  /**
   * What can be done: the command, route and tool of each follow from it. The same words are taken.
   */
  readonly operations?: () => Promise<{ readonly OPERATIONS: readonly Operation[] }>;
}
