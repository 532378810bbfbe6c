import { runSimulation } from "@cloud-copilot/iam-simulate";
import { documents, type PolicyStatement } from "../policies/document.ts";

const ACCOUNT = "123456789012";

/** Evaluates as IAM would whether statements allow a call. */
export async function isAllowed(
  statements: readonly PolicyStatement[],
  action: string,
  resource: string,
  contextVariables: Record<string, string> = {},
): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/somebody`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables,
      },
      identityPolicies: documents(statements).map((policy, index) => ({ name: `p${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult === "Allowed";
}
