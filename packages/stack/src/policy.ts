/** One statement of a policy. */
export interface Statement {
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** The service that is allowed; only in a resource-based policy. */
  readonly service?: string;
  /** Whether the statement applies to all principals; only in a resource-based policy. */
  readonly anyone?: boolean;
  readonly conditions?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
  /** The reason for a wildcard in `resources`. Without it, wildcards are not allowed. */
  readonly wildcard?: string;
}

/**
 * Converts statements to the JSON of a policy.
 *
 * @throws {TypeError} for a wildcard in an allowed action, or in a resource without a reason.
 */
export function policy(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements.map(toJson) });
}

function toJson(statement: Statement): object {
  const {
    effect = "Allow",
    actions,
    resources,
    service,
    anyone = false,
    conditions,
    wildcard,
  } = statement;
  const wild = resources.filter((resource) => resource.includes("*"));
  if (wild.length > 0 && wildcard === undefined) {
    throw new TypeError(
      `A policy has the wildcard resource ${wild.join(", ")} without a reason. Name the resource, or set wildcard.`,
    );
  }
  if (effect === "Allow" && actions.some((action) => action.includes("*"))) {
    throw new TypeError(
      `A policy allows ${actions.join(", ")}. List the actions without wildcards.`,
    );
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

/** Denies requests without TLS. */
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
    wildcard: "a deny statement may be wide",
  };
}

/**
 * Returns the trust policy that lets a service assume a role.
 *
 * @param sourceAccount Account for whose resources the service may do so. Not for Lambda, which
 * uses only roles of its own account.
 */
export function assumedBy(service: string, sourceAccount?: string): string {
  const Condition =
    sourceAccount === undefined
      ? {}
      : { Condition: { StringEquals: { "aws:SourceAccount": sourceAccount } } };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", ...Condition },
    ],
  });
}
