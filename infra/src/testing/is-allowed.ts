import { runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { documents, type PolicyStatement } from "@rainhooks/stack/policies/document";

/** The account of tests. */
export const ACCOUNT = "123456789012";

/** What IAM knows of a call besides its action and resource. */
export type CallContext = Readonly<Record<string, string | string[]>>;

async function allow(
  policies: Partial<Simulation>,
  request: Simulation["request"],
): Promise<boolean> {
  const none = { identityPolicies: [], serviceControlPolicies: [], resourceControlPolicies: [] };
  const result = await runSimulation({ ...none, ...policies, request }, {});
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult === "Allowed";
}

/** Evaluates as IAM would whether policies allow a call. */
export async function policiesAllow(
  policies: readonly object[],
  action: string,
  resource: string,
  contextVariables: CallContext = {},
): Promise<boolean> {
  const principal = `arn:aws:iam::${ACCOUNT}:role/somebody`;
  const identityPolicies = policies.map((policy, index) => ({ name: `p${index}`, policy }));
  const target = { resource, accountId: ACCOUNT };
  return allow({ identityPolicies }, { principal, action, resource: target, contextVariables });
}

/** Evaluates as IAM would whether statements allow a call. */
export function isAllowed(
  statements: readonly PolicyStatement[],
  action: string,
  resource: string,
  context: CallContext = {},
): Promise<boolean> {
  return policiesAllow(documents(statements), action, resource, context);
}

/**
 * Evaluates as IAM would whether the policy of a resource lets a service call, of which this is
 * known.
 */
export async function serviceMay(
  service: string,
  action: string,
  resource: string,
  { policy, context }: { readonly policy: object; readonly context: CallContext },
): Promise<boolean> {
  const target = { resource, accountId: ACCOUNT };
  const request = { principal: service, action, resource: target, contextVariables: context };
  return allow({ resourcePolicy: policy }, request);
}
