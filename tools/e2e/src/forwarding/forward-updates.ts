import { expect, it } from "@jest/globals";
import { roleAllows } from "@rainhooks/infra/testing/role-allows";
import type { StagePlay } from "../stage-play.ts";

const UPDATE = "dynamodb:UpdateItem";
const DESTINATIONS = "rainhooks-dev-destinations";
const KEYS = "dynamodb:LeadingKeys";
const ATTRIBUTES = "dynamodb:Attributes";
type Context = Record<string, string | string[]>;

/** A request of UpdateItem. */
interface Update {
  readonly Key: Readonly<Record<string, { readonly S?: string }>>;
  readonly UpdateExpression: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ReturnValues?: string;
}

/**
 * What IAM knows of an update: its key, and all attributes that it names. Source: DynamoDB
 * developer guide, "Using IAM policy conditions".
 */
function updateContext(update: Update): Context {
  const { Key, UpdateExpression, ConditionExpression = "", ExpressionAttributeNames = {} } = update;
  const words = `${UpdateExpression} ${ConditionExpression}`.match(/[#:]?\w+\(?/g) ?? [];
  const names = words.filter((word) => !/^:|\($|^(SET|ADD|REMOVE|DELETE|AND|OR|NOT)$/.test(word));
  const inFunctions = [...ConditionExpression.matchAll(/\((#?\w+)[,)]/g)].map(
    ([, name = ""]) => name,
  );
  const all = [...names, ...inFunctions].map((name) => ExpressionAttributeNames[name] ?? name);
  return {
    [KEYS]: [Object.values(Key)[0]?.S ?? ""],
    [ATTRIBUTES]: [...new Set([...Object.keys(Key), ...all])],
    ...(update.ReturnValues === undefined ? {} : { "dynamodb:ReturnValues": update.ReturnValues }),
  };
}

/** Tests which updates of destinations a role allows. */
export const updateTests: NonNullable<StagePlay["tests"]> = (callsOf, stack) => {
  it("let forward change of destinations what they missed in a pause, which is all that it really writes, and nothing else", async () => {
    const calls = callsOf("forward");
    const made = calls.filter(
      ({ action, resource }) => action === UPDATE && resource === "rainhooks-local-destinations",
    );
    const contexts = made.map(({ body = "{}" }) => updateContext(JSON.parse(body)));
    expect(contexts.length).toBeGreaterThan(0);
    const may = (context: Context) => roleAllows(stack, "forward", UPDATE, DESTINATIONS, context);
    for (const context of contexts) expect([context, await may(context)]).toEqual([context, true]);
    const [one = {}] = contexts;
    const others: readonly Context[] = [
      { ...one, [KEYS]: ["crm"] },
      { ...one, [KEYS]: ["crm#state"] },
      ...["template", "where", "url", "secretsId", "state"].map((name) => ({
        ...one,
        [ATTRIBUTES]: ["id", name],
      })),
      { ...one, "dynamodb:ReturnValues": "ALL_OLD" },
    ];
    for (const other of others) expect([other, await may(other)]).toEqual([other, false]);
  });
};
