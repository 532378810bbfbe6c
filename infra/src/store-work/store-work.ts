import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { InvokedFunction } from "@rainhooks/webhook/define";
import { resourceEnvironment } from "@rainhooks/webhook/environment";
import { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { makeFunction } from "../function/function.ts";
import { type ResourcePlaces, resourceGrants } from "../function/grants.ts";
import { nameOf } from "../names.ts";

/** Invocations that a command makes at once, if the stage does not say it. */
const MAX_CONCURRENCY = 50;

/** Options of {@link StoreWork}. */
export interface StoreWorkOptions extends ResourcePlaces {
  readonly config: StageConfig;
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

/**
 * The function that `rainhooks verify` and `rainhooks rebuild` invoke, and wait for. Only who has the permission can invoke it. It has no
 * alarms, because the command reports what fails, and no reserved concurrency, which would be taken from the account's for good.
 */
export class StoreWork extends Construct {
  readonly function: LambdaFunction;
  /** Maximum number of invocations that a command makes at once. */
  readonly maxConcurrency: number;

  constructor(
    scope: Construct,
    definition: InvokedFunction,
    { config, bundleZip, ...places }: StoreWorkOptions,
  ) {
    super(scope, definition.name);
    const { maxConcurrency = MAX_CONCURRENCY, memoryMiB } = config.storeWork ?? {};
    this.maxConcurrency = maxConcurrency;
    const shape = { ...definition.function, ...(memoryMiB === undefined ? {} : { memoryMiB }) };
    this.function = makeFunction(this, {
      config,
      definition: { ...definition, function: shape },
      bundleZip: bundleZip(definition.name),
      environment: resourceEnvironment(definition, {
        stage: config.name,
        resourceName: (name) => nameOf(config, name),
        archiveBucket: places.archiveBucket?.bucket,
      }),
      grants: resourceGrants(definition, places),
    });
  }
}

/** True if a stage has the function. */
export function hasStoreWork({ storeWork }: StageConfig): boolean {
  return storeWork?.deployed === true;
}
