import type { TableDescription } from "@rainhooks/dynamodb";

/** A Firehose stream and the objects it makes. */
export interface StreamDescription {
  /** Name within a stage; the deployed stream is `rainhooks-<stage>-<name>`. */
  readonly name: string;
  /** Bucket within a stage that the objects go to. */
  readonly bucket: string;
  /** Prefix of the objects, with Firehose's `!{timestamp:…}` expressions (UTC, time of arrival). */
  readonly prefix: string;
  readonly errorPrefix: string;
  /** A buffer is written out when it is this old or this large, whichever comes first. */
  readonly bufferS: number;
  readonly bufferMiB: number;
}

/** Something in AWS that a webhook uses, the variable by which its function learns the name, and the calls it makes. */
export type Resource =
  | {
      readonly kind: "table";
      readonly env: string;
      readonly table: TableDescription;
      readonly actions: readonly `dynamodb:${string}`[];
    }
  | {
      readonly kind: "stream";
      readonly env: string;
      readonly stream: StreamDescription;
      readonly actions: readonly `firehose:${string}`[];
    };

/** A number that a deployment may set. */
export interface NumberSetting {
  readonly env: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** The function of a webhook. */
export interface FunctionShape {
  readonly memoryMiB: number;
  readonly timeoutS: number;
}

/** A Lambda function, said once: its code, the infrastructure and the local stage all work from it. It holds data only. */
export interface FunctionDefinition<
  Resources extends Record<string, Resource> = Record<string, Resource>,
  Settings extends Record<string, NumberSetting> = Record<string, NumberSetting>,
> {
  /** Name of the function and its log: lower case, digits and dashes. */
  readonly name: string;
  readonly description: string;
  readonly resources: Resources;
  readonly settings: Settings;
  readonly function: FunctionShape;
}

/** What is wrong with the name of a function, if anything is. */
export function nameMistake({ name }: { readonly name: string }): string | undefined {
  if (/^[a-z][a-z0-9-]{0,29}$/.test(name)) return undefined;
  return "its name must be up to 30 lower-case letters, digits and dashes";
}
