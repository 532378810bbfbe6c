import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionUrl } from "@cdktf/provider-aws/lib/lambda-function-url/index.js";
import type { Api } from "@rainhooks/webhook/define";
import { resourceEnvironment } from "@rainhooks/webhook/environment";
import { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { makeFunction } from "../function/function.ts";
import { type ResourcePlaces, resourceGrants } from "../function/grants.ts";
import { nameOf } from "../names.ts";
import { policy } from "../policy.ts";

/** Options of {@link QueryApi}. */
export interface QueryApiOptions extends ResourcePlaces {
  readonly config: StageConfig;
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

/**
 * The query API with a function URL that accepts only requests signed with AWS credentials, and a policy to attach to its
 * callers. Until it is attached, only principals that may invoke every function of the account can call the API.
 */
export class QueryApi extends Construct {
  readonly name: string;
  readonly function: LambdaFunction;
  readonly url: LambdaFunctionUrl;

  constructor(scope: Construct, api: Api, { config, bundleZip, ...places }: QueryApiOptions) {
    super(scope, api.name);
    this.name = api.name;
    const { memoryMiB, maxConcurrency, allowOrigins = [] } = config.queryApi ?? {};
    const shape = { ...api.function, ...(memoryMiB === undefined ? {} : { memoryMiB }) };
    this.function = makeFunction(this, {
      config,
      definition: { ...api, function: shape },
      bundleZip: bundleZip(api.name),
      environment: resourceEnvironment(api, {
        stage: config.name,
        resourceName: (name) => nameOf(config, name),
        queueUrlOf: (worker) => places.queueOf(worker).id,
        topicArnOf: places.topicArnOf,
      }),
      grants: resourceGrants(api, places),
      reservedConcurrency: maxConcurrency,
    });
    this.url = new LambdaFunctionUrl(this, "url", {
      functionName: this.function.functionName,
      authorizationType: "AWS_IAM",
      ...(allowOrigins.length === 0 ? {} : { cors: corsFor(allowOrigins) }),
    });
    this.#makeCallerPolicy(config);
  }

  /** A caller of the URL needs two permissions: to invoke the URL, and the function behind it. The conditions exclude direct invocations. */
  #makeCallerPolicy(config: StageConfig): void {
    const resources = [this.function.arn];
    new IamPolicy(this, "caller", {
      name: nameOf(config, "query-api-caller"),
      ...(config.iam?.path === undefined ? {} : { path: config.iam.path }),
      description: `Allows calling the query API of stage ${config.name}.`,
      policy: policy([
        {
          actions: ["lambda:InvokeFunctionUrl"],
          resources,
          conditions: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
        },
        {
          actions: ["lambda:InvokeFunction"],
          resources,
          conditions: { Bool: { "lambda:InvokedViaFunctionUrl": "true" } },
        },
      ]),
    });
  }
}

/** Headers of a request that is signed with AWS credentials. */
const SIGNED_HEADERS = ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];

/** Allows pages of some origins to call the API from a browser. */
function corsFor(allowOrigins: readonly string[]) {
  return {
    allowOrigins: [...allowOrigins],
    allowMethods: ["GET"],
    allowHeaders: SIGNED_HEADERS,
    maxAge: 3600,
  };
}
