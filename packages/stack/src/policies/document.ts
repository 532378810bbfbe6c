/** A statement of an identity-based policy that somebody attaches by hand. */
export interface PolicyStatement {
  /** What the statement is for. */
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Only in the policy of a key. */
  readonly Principal?: { readonly Service: string };
}

/** The JSON of a policy. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly (PolicyStatement & { readonly Effect: "Allow" })[];
}

/** Maximum size of a managed policy without white space. Source: IAM user guide, "IAM and AWS STS quotas". */
const MAX_CHARACTERS = 6144;

/** Returns policies with these statements: as few as fit into the size of a managed policy. */
export function documents(statements: readonly PolicyStatement[]): PolicyDocument[] {
  const all: PolicyDocument[] = [];
  for (const statement of statements) {
    const last = all.at(-1);
    const joined = documentOf([...(last?.Statement ?? []), { ...statement, Effect: "Allow" as const }]);
    if (last !== undefined && JSON.stringify(joined).length <= MAX_CHARACTERS) all[all.length - 1] = joined;
    else all.push(documentOf([{ ...statement, Effect: "Allow" as const }]));
  }
  return all;
}

function documentOf(Statement: PolicyDocument["Statement"]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}
