import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { NEO_RULES } from "@rainhooks/rainmaker/iot-rules";
import { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { ruleAlarm, StageIotRule } from "../iot-rule.ts";
import type { Topics } from "../topics.ts";
import type { CloudwatchAlarm } from "../watching/alarm.ts";
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
  readonly #config: StageConfig;
  readonly #pipe: ReadingsPipe;

  constructor(scope: Construct, config: StageConfig, { account, topics, queue }: SourceDependencies) {
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
