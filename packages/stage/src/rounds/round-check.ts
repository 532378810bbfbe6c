import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { StageOutputs } from "../outputs.ts";

/** Minutes between two rounds. */
export const ROUND_MINUTES = 5;

/** Something that is not as it should be. */
export interface RoundFinding {
  /** Whose it is, such as the name of a function. A check has one finding of each. */
  readonly id: string;
  /** What is seen, in a sentence. */
  readonly text: string;
  /** It is told once it has lasted so long. @defaultValue it is told at once */
  readonly lastsMs?: number;
}

/** What the rounds call. */
export interface RoundClients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly cloudwatch: CloudWatchClient;
  /** Topics can be in another region than the stage. */
  readonly snsOf: (region: string) => SNSClient;
}

/** What waits in the queues of a function, as SQS estimates it. */
export interface Waiting {
  readonly messages: number;
  readonly deadLetters: number;
}

/** One round, as its checks see it. They change nothing of the stage. */
export interface Round {
  readonly outputs: StageOutputs;
  readonly clients: RoundClients;
  readonly nowMs: number;
  /** By the names of functions. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** When each webhook last handled something of each topic, epoch milliseconds. */
  readonly handled: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What checks keep from round to round, by names of their choice. */
  readonly notes: Map<string, string>;
}

/**
 * `now`: somebody should look at once, also at night, and what is found while the alarm is on sends
 * no second message. `today`: in working hours, and each finding sends one.
 */
export type Level = "now" | "today";

/** What the rounds look at. */
export interface RoundCheck {
  readonly name: string;
  readonly level: Level;
  /** Returns the name within the stage of the alarm that a finding turns on, by its id. */
  readonly alarmOf: (id: string) => string;
  /** What has happened, and what to do. */
  readonly description: string;
  /** When it is told, for people. */
  readonly toldWhen: string;
  /** Names within the stage of tables that it scans. @defaultValue none */
  readonly reads?: readonly string[];
  /** True for what is asked once an hour, since it costs something or takes long. */
  readonly isHourly?: true;
  readonly find: (round: Round) => Promise<readonly RoundFinding[]>;
}
