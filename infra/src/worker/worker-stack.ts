import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { workerEnvironment } from "@rainhooks/webhook/environment";
import { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { makeFunction } from "../function/function.ts";
import { type ResourcePlaces, resourceGrants } from "../function/grants.ts";
import { allowRedrive, makeDeadLetterQueue, makeQueue } from "../function/queues.ts";
import { queueGrants, readFromQueue } from "../function/read-queue.ts";
import { nameOf } from "../names.ts";
import { secretGrants, stageSettings } from "../webhook/settings.ts";
import type { DeployedWorker } from "./shape.ts";

/** The queue of a worker and its dead-letter queue. They are made before any function, because functions send to them. */
export class WorkerQueues extends Construct {
  readonly worker: DeployedWorker;
  readonly queue: SqsQueue;
  readonly deadLetters: SqsQueue;

  constructor(scope: Construct, config: StageConfig, worker: DeployedWorker) {
    super(scope, worker.name);
    this.worker = worker;
    this.deadLetters = makeDeadLetterQueue(this, config, worker, []).queue;
    this.queue = makeQueue(this, config, worker, [], this.deadLetters).queue;
    allowRedrive(this, this.deadLetters, [this.queue]);
  }
}

/** All AWS resources of one worker. */
export interface WorkerResources {
  readonly worker: DeployedWorker;
  readonly function: LambdaFunction;
  readonly queue: SqsQueue;
  readonly deadLetters: SqsQueue;
}

/** Options of {@link makeWorker}. */
export interface WorkerOptions extends ResourcePlaces {
  readonly config: StageConfig;
  /** ARN of a resource in the stage's account and region. */
  readonly arnOf: (service: string, resource: string) => string;
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

/** Makes the function of a worker, which reads its queue. */
export function makeWorker(queues: WorkerQueues, options: WorkerOptions): WorkerResources {
  const { worker, queue, deadLetters } = queues;
  const { config, arnOf, bundleZip, queueOf, topicArnOf, targets, archived } = options;
  const lambda = makeFunction(queues, {
    config,
    definition: worker,
    bundleZip: bundleZip(worker.sameAs ?? worker.name),
    environment: {
      ...workerEnvironment(worker, {
        stage: config.name,
        deadLetterQueueUrl: deadLetters.id,
        queueUrl: queue.id,
        resourceName: (name) => nameOf(config, name),
        queueUrlOf: (name) => queueOf(name).id,
        topicArnOf,
        targets,
        archived,
      }),
      ...stageSettings(config, worker).variables,
    },
    grants: [
      ...queueGrants(deadLetters, [queue]),
      ...resourceGrants(worker, options),
      ...secretGrants(config, worker, arnOf),
    ],
    reservedConcurrency: worker.reservedConcurrency,
  });
  readFromQueue(queues, lambda, queue, worker.batch);
  return { worker, function: lambda, queue, deadLetters };
}
