import { act } from "@rainhooks/page/api";
import { type Action, ConfirmButton } from "@rainhooks/page/confirm-button.jsx";
import type { FormField } from "@rainhooks/page/form.jsx";
import type { Choice } from "@rainhooks/page/layout.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import { nodeName, readNode } from "@rainhooks/page/node/read-node";
import type { NodeActionsProps } from "@rainhooks/page/pages";
import { safeText } from "@rainhooks/page/text.jsx";
import { isLasting } from "../alarms/alarm.ts";
import { isGroupKind } from "../rule/rule.ts";
import { type AlarmOfPage, isShelved } from "./alarms.ts";

/** For how long nothing is sent. */
export const LENGTH: FormField = {
  name: "for",
  title: "for how long",
  input: "choice",
  choices: ["30m", "1h", "2h", "4h", "8h", "1d", "7d"],
};

/** Returns the condition of nodes with a tag, or with something else. */
export const conditionOf = (by: string, value: string) =>
  by === "tag" ? `${JSON.stringify(value)} in node.tags` : `node.${by} == ${JSON.stringify(value)}`;

const tagChoices = (tags: readonly string[]): Choice[] =>
  tags.map((tag) => [
    conditionOf("tag", tag),
    `this, and new alarms with the tag ${safeText(tag, 60)}`,
  ]);
/**
 * The choice of all alarms of a rule; any other one is the condition of nodes whose new alarms are
 * meant.
 */
const RULE = "rule";

interface Silenced {
  /** What is silenced, for the question and for those who do not see the row. */
  readonly about: string;
  /** The alarms that last, by what names them. */
  readonly alarms: object;
  readonly rule?: string;
  /** What can be silenced besides; the first one is chosen. A hook. */
  readonly useScopes?: () => readonly Choice[];
  readonly first?: string;
}

/** Silences alarms that last for a time, and new ones of some nodes, too, if these were chosen. */
function silence({ about, alarms, rule, useScopes = () => [], first = "" }: Silenced): Action {
  return {
    title: "Silence …",
    about,
    values: { what: first, for: "2h" },
    question: `Send nothing about ${about} for a time? What lasts then is sent again.`,
    useFields: () => {
      const choices = useScopes();
      return [...(choices.length > 0 ? [{ ...WHAT, choices }] : []), LENGTH];
    },
    run: async ({ what = "", for: time }, plan) => {
      const selected = what === RULE ? { rule } : alarms;
      const shelved = await act<object>("shelve", { ...selected, for: time, plan });
      if (what === "" || what === RULE) return shelved;
      const name = `silence-${Date.now().toString(36)}`;
      return act<object>("maintenance", { name, for: time, where: what });
    },
  };
}

const WHAT: FormField = { name: "what", title: "what to silence", input: "choice" };

/**
 * Silences alarms that last; of a single one also all of its rule, or new ones of its node or its
 * site.
 */
export function silenceAlarms(of: readonly AlarmOfPage[], about: string): Action | false {
  const lasting = of.filter((one) => isLasting(one) && !isShelved(one));
  const [first, ...others] = lasting;
  if (first === undefined) return false;
  const { rule, kind, nodeId, nodeName: name = nodeId } = first;
  const node = isGroupKind(kind) ? undefined : nodeId;
  const group =
    node === undefined && nodeId.startsWith("tag:") ? [nodeId.slice("tag:".length)] : [];
  const useScopes = (): Choice[] => {
    const tags = useTags(node);
    return [
      ["", "this alarm alone"],
      [RULE, `all alarms of ${safeText(rule, 50)} that last`],
      ...(node === undefined
        ? []
        : [[conditionOf("id", node), `this, and new alarms of ${safeText(name, 60)}`] as const]),
      ...tagChoices([...group, ...tags]),
    ];
  };
  const scopes = others.length === 0 ? { rule, useScopes } : {};
  return silence({ alarms: { ids: lasting.map(({ alarmId }) => alarmId) }, about, ...scopes });
}

/** Reads the tags of a node. */
function useTags(node: string | undefined): readonly string[] {
  const read = async (signal: AbortSignal) =>
    node === undefined ? undefined : readNode(node, signal);
  return useReading(read, ONCE, [node]).result?.node.tags ?? [];
}

/** Silences all alarms of a rule that last. */
export function silenceRule(rule: string): Action {
  return silence({ about: `the alarms of ${rule} that last`, alarms: { rule } });
}

/** Silences the alarms of a node, or of the nodes with one of its tags. */
export function SilenceNode({ of: node }: NodeActionsProps) {
  const { nodeId, tags } = node;
  const about = safeText(nodeName(node), 60);
  const first = conditionOf("id", nodeId);
  const useScopes = (): Choice[] => [[first, "alarms of this node"], ...tagChoices(tags)];
  return <ConfirmButton {...silence({ about, alarms: { node: nodeId }, first, useScopes })} />;
}
