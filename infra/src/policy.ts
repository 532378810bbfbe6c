/** One statement of a policy. */
export interface Statement {
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** A service; only in a policy that hangs on a resource. */
  readonly service?: string;
  readonly anyone?: boolean;
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why a resource has a wildcard in it. Without a reason none may have one. */
  readonly wildcard?: string;
}

/**
 * A policy as JSON.
 *
 * @throws {TypeError} for a wildcard in a resource without a reason, or in an action.
 */
export function policy(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements.map(toJson) });
}

function toJson(statement: Statement): object {
  const { effect = "Allow", actions, resources, service, anyone = false, conditions, wildcard } = statement;
  const wild = resources.filter((resource) => resource.includes("*"));
  if (wild.length > 0 && wildcard === undefined) {
    throw new TypeError(`A policy has the wildcard resource ${wild.join(", ")} and no reason for it.`);
  }
  if (effect === "Allow" && actions.some((action) => action.includes("*"))) {
    throw new TypeError(`A policy allows ${actions.join(", ")}: name the calls.`);
  }
  return {
    Effect: effect,
    ...(service === undefined ? {} : { Principal: { Service: service } }),
    ...(anyone ? { Principal: "*" } : {}),
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions }),
  };
}

/** Denies whatever does not come over TLS. */
export function tlsOnly(
  service: "s3" | "sqs" | "sns",
  resources: readonly string[],
  actions?: readonly string[],
): Statement {
  return {
    effect: "Deny",
    anyone: true,
    actions: actions ?? [`${service}:*`],
    resources,
    conditions: { Bool: { "aws:SecureTransport": "false" } },
    wildcard: "denies: the wider the safer",
  };
}

/** Lets a service take on a role. */
export function assumedBy(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}
