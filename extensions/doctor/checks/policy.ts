import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";

/**
 * Whether the policy of a queue lets SNS send messages of a topic to it. Source: IAM user guide,
 * "Grammar of the IAM JSON policy language" and "IAM JSON policy elements: Condition operators".
 */
export function maySend(policy: string, queueArn: string, topicArn: string): boolean {
  const context = {
    "aws:sourcearn": topicArn,
    "aws:sourceaccount": topicArn.split(":")[4] ?? "",
    "aws:securetransport": "true",
    "aws:principalisawsservice": "true",
  };
  const all = statementsOf(policy).filter((one) =>
    isAbout(one, "sns.amazonaws.com", "sqs:SendMessage", queueArn),
  );
  const has = (effect: string) =>
    all.some(({ Effect, Condition }) => Effect === effect && holds(Condition, context, effect));
  return has("Allow") && !has("Deny");
}

/** Whether a statement in the policy of a topic lets nobody publish. It is not known who does. */
export function isClosed(policy: string, topicArn: string): boolean {
  return statementsOf(policy).some((statement) => {
    const { Effect, Condition, NotPrincipal } = statement;
    const isForAll = Condition === undefined && NotPrincipal === undefined;
    return Effect === "Deny" && isForAll && isAbout(statement, "*", "sns:Publish", topicArn);
  });
}

function statementsOf(policy: string): JsonObject[] {
  const parsed = tryParseJson(policy);
  return isJsonObject(parsed) ? [parsed["Statement"] ?? []].flat().filter(isJsonObject) : [];
}

function isAbout(
  statement: JsonObject,
  principal: string,
  action: string,
  resource: string,
): boolean {
  const isOf = (element: string, isMeant: (text: string) => boolean) =>
    textsIn(statement[element]).some(isMeant) ||
    (Object.hasOwn(statement, `Not${element}`) &&
      !textsIn(statement[`Not${element}`]).some(isMeant));
  return (
    isOf("Principal", (one) => one === "*" || one === principal) &&
    isOf("Action", (one) => fits(action.toLowerCase(), one.toLowerCase())) &&
    isOf("Resource", (one) => fits(resource, one))
  );
}

/** Which organization a topic is in, only AWS knows: what is allowed to one may be ours. */
const UNKNOWN = /^aws:sourceorg/;

function holds(
  condition: JsonValue | undefined,
  context: Readonly<Record<string, string>>,
  effect: string,
) {
  return Object.entries(isJsonObject(condition) ? condition : {}).every(([operator, keys]) =>
    Object.entries(isJsonObject(keys) ? keys : {}).every(([name, wanted]) => {
      const key = name.toLowerCase();
      if (UNKNOWN.test(key)) return effect === "Allow";
      const value = Object.hasOwn(context, key) ? context[key] : undefined;
      const patterns = textsIn(wanted);
      if (operator === "Null") return patterns.includes(String(value === undefined));
      const isNot = /Not(?:Equals|Like)/.test(operator);
      if (value === undefined) return isNot || /^ForAllValues:|IfExists$/.test(operator);
      const isPattern = /Like|Arn/.test(operator);
      return patterns.some((one) => (isPattern ? fits(value, one) : value === one)) !== isNot;
    }),
  );
}

/** Texts that are one or a list, or are in an object by their kinds. */
function textsIn(value: JsonValue | undefined): string[] {
  if (isJsonObject(value)) return Object.values(value).flatMap(textsIn);
  return [value ?? []].flat().map(String);
}

/** In a time that only grows with both: a policy can have many stars. */
function fits(text: string, pattern: string): boolean {
  const [first = "", ...parts] = pattern.split("*");
  const last = parts.pop();
  if (last === undefined) return text === pattern;
  let at = text.startsWith(first) ? first.length : text.length + 1;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    at = found === -1 ? text.length + 1 : found + part.length;
  }
  return text.endsWith(last) && at <= text.length - last.length;
}
