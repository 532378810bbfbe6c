import { describe, expect, it } from "@jest/globals";
import { resources } from "@rainhooks/stack/stack-json";
import { synthesize } from "../../synthesize.ts";
import { dev } from "../../testing/stages.ts";
import { findResource, variant } from "../../testing/variant.ts";

const { stack } = synthesize(dev);

describe("the query API", () => {
  const lambda = findResource(
    stack,
    "aws_lambda_function",
    "function_name",
    "rainhooks-dev-query-api",
  );

  it("the query API has its own function with the names of its tables, and a URL that requires AWS credentials", () => {
    const { variables } = lambda["environment"] as { variables: Record<string, string> };
    expect(variables).toMatchObject({
      RAINHOOKS_STAGE: "dev",
      NODE_STATUS_TABLE: "rainhooks-dev-node-status",
      TIME_SERIES_TABLE: "rainhooks-dev-time-series",
    });
    expect(lambda).toMatchObject({ memory_size: 512, timeout: 30, runtime: "nodejs24.x" });
    expect(lambda).not.toHaveProperty("reserved_concurrent_executions");
    expect(resources(stack, "aws_lambda_function_url")).toMatchObject([
      [expect.any(String), { authorization_type: "AWS_IAM" }],
    ]);
    const permitted = resources(stack, "aws_lambda_permission").map(([id]) => id);
    expect(permitted.filter((id) => id.startsWith("query-api"))).toEqual([]);
  });

  it("the query API may query the indexes by which it lists nodes and alarms, and no other index", () => {
    const [, attributes] =
      resources(stack, "aws_iam_role_policy").find(([id]) => id.startsWith("query-api")) ?? [];
    const indexes = String(attributes?.["policy"]).match(/\/index\/[\w*-]+/g);
    // A table can have slots.
    expect([...new Set(indexes)]).toEqual([
      "/index/by-status",
      "/index/by-id",
      "/index/by-open",
      "/index/by-day",
      "/index/by-alarm-id",
    ]);
  });

  it("the query API has a policy for callers that allows invocations only through its URL", () => {
    const caller = findResource(stack, "aws_iam_policy", "name", "rainhooks-dev-query-api-caller");
    expect(JSON.parse(String(caller["policy"])).Statement).toMatchObject([
      {
        Action: ["lambda:InvokeFunctionUrl"],
        Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
      },
      {
        Action: ["lambda:InvokeFunction"],
        Condition: { Bool: { "lambda:InvokedViaFunctionUrl": "true" } },
      },
    ]);
  });

  it("the query API has one alarm: for failures, throttles and 5xx responses", () => {
    const alarms = resources(stack, "aws_cloudwatch_metric_alarm").filter(([id]) =>
      id.includes("query-api"),
    );
    expect(alarms).toHaveLength(1);
    const queries = alarms[0]?.[1]["metric_query"] as {
      readonly metric?: { readonly metric_name: string };
    }[];
    expect(queries.flatMap(({ metric }) => metric?.metric_name ?? [])).toEqual([
      "Errors",
      "Throttles",
      "Url5xxCount",
    ]);
  });

  it("the query API can have other memory and reserved concurrency, and can be left out", () => {
    const other = variant({
      functions: { "query-api": { memoryMiB: 1024, reservedConcurrency: 5 } },
    });
    expect(
      findResource(other, "aws_lambda_function", "function_name", "rainhooks-dev-query-api"),
    ).toMatchObject({
      memory_size: 1024,
      reserved_concurrent_executions: 5,
    });
    const without = variant({ functions: { "query-api": { deployed: false } } });
    expect(JSON.stringify(without.resource)).not.toMatch(/query-api/);
  });
});
