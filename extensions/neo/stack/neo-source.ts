import { Construct, type SqsQueue } from "@rainhooks/stack/aws";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { ruleAlarm, StageIotRule } from "@rainhooks/stack/iot-rule";
import type { Topics } from "@rainhooks/stack/topics";
import type { CloudwatchAlarm } from "@rainhooks/stack/watching/alarm";
import { NEO_RULES } from "../iot-rules.ts";
import { ReadingsPipe } from "./readings-pipe.ts";

const FAILURES = "NeoFailed";

/** What a source needs of a stage. */
export interface SourceDependencies {
  readonly account: string;
  readonly topics: Topics;
  /** The queue of the function that reads shadows and readings. */
  readonly queue: SqsQueue;
}

/**
 * What brings the events of RainMaker Neo to a stage: rules of AWS IoT, and a pipe from the stream of Neo's
 * table of readings.
 */
export class NeoSource extends Construct {
  readonly #config: StackConfig;
  readonly #pipe: ReadingsPipe;

  constructor(scope: Construct, config: StackConfig, { account, topics, queue }: SourceDependencies) {
    super(scope, "neo");
    this.#config = config;
    for (const rule of NEO_RULES) {
      const target = rule.to === "queue" ? queue : topics.ownArn(rule.to);
      new StageIotRule(this, config, rule, { account, target, failures: FAILURES });
    }
    this.#pipe = new ReadingsPipe(this, config, { account, queue });
  }

  alarms(): CloudwatchAlarm[] {
    return [
      ruleAlarm(this.#config, FAILURES, {
        name: "neo-failed",
        description:
          "AWS IoT could not publish what nodes of RainMaker Neo said. These events are lost. Check the roles of the rules, the topics, the queue and their key.",
      }),
      this.#pipe.alarm(),
    ];
  }
}
