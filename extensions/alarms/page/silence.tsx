import { act } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import { readNode } from "@rainhooks/page/node/read-node";
import { Select } from "@rainhooks/page/select.jsx";
import { safeText } from "@rainhooks/page/text.jsx";
import { useRef, useState } from "preact/hooks";
import { type AlarmOfPage, isOfGroup, lasts } from "./alarms.ts";
import { isShelved } from "./use-alarms.ts";

/** How long something can be silenced. */
export const LENGTHS = ["30m", "1h", "2h", "4h", "8h", "1d", "7d"];

/** What is silenced besides alarms that last: a rule's, or new ones of some nodes. */
type Scope =
  | { readonly title: string; readonly rule: string }
  | { readonly title: string; readonly where: string | undefined };

/** Returns what can be silenced because of alarms; what they share comes first. */
function scopesOf(of: readonly AlarmOfPage[], tags: readonly string[]): Scope[] {
  const [first] = of;
  if (first === undefined) return [];
  const { rule, nodeId, nodeName = nodeId } = first;
  const isAlone = of.length === 1;
  const group = isOfGroup(first) && nodeId.startsWith("tag:") ? [nodeId.slice("tag:".length)] : [];
  return [
    ...(of.every((one) => one.rule === rule)
      ? [{ title: `all alarms of ${safeText(rule, 50)} that last`, rule }]
      : []),
    ...(isAlone && !isOfGroup(first)
      ? [
          {
            title: `this, and new alarms of ${safeText(nodeName, 60)}`,
            where: `node.id == ${JSON.stringify(nodeId)}`,
          },
        ]
      : []),
    ...[...group, ...tags].map((tag) => ({
      title: `this, and new alarms of nodes with the tag ${safeText(tag, 60)}`,
      where: `${JSON.stringify(tag)} in node.tags`,
    })),
  ];
}

interface Props {
  readonly of: readonly AlarmOfPage[];
  /** What they are, for the question and for those who do not see the row. */
  readonly about: string;
}

/**
 * Silences alarms that last for a time: these alone, all of their rule, or new ones of their node or its
 * site, too.
 */
export function Silence({ of, about }: Props) {
  const lasting = of.filter((one) => lasts(one) && !isShelved(one));
  // Read when the answer is given: what is silenced was chosen when the question was opened.
  const chosen = useRef<{ scope: Scope | undefined; time: string }>({ scope: undefined, time: "2h" });
  if (lasting.length === 0) return null;
  const run = async () => {
    const { scope, time } = chosen.current;
    const [which, name] =
      scope !== undefined && "rule" in scope
        ? [{ rule: scope.rule }, undefined]
        : [{ ids: lasting.map(({ alarmId }) => alarmId) }, scope && `silence-${Date.now().toString(36)}`];
    const shelved = await act<object>("shelve", { ...which, for: time });
    if (scope === undefined || "rule" in scope) return shelved;
    return await act<object>("maintenance", { name, for: time, where: scope.where });
  };
  return (
    <ConfirmButton
      title="Silence …"
      about={about}
      question={`Send nothing about ${about} for a time? What lasts then is sent again.`}
      run={run}
    >
      <Choices of={lasting} onChange={(scope, time) => (chosen.current = { scope, time })} />
    </ConfirmButton>
  );
}

interface ChoicesProps {
  readonly of: readonly AlarmOfPage[];
  readonly onChange: (scope: Scope | undefined, time: string) => void;
}

function Choices({ of, onChange }: ChoicesProps) {
  const [first] = of;
  const node = of.length === 1 && first !== undefined && !isOfGroup(first) ? first.nodeId : undefined;
  const { found } = useReading(
    async (signal) => (node === undefined ? undefined : readNode(node, signal)),
    ONCE,
    [node],
  );
  const scopes = scopesOf(of, found?.node.tags ?? []);
  const [at, setAt] = useState("");
  const [time, setTime] = useState("2h");
  const change = (nextAt: string, nextTime: string) => {
    setAt(nextAt);
    setTime(nextTime);
    onChange(nextAt === "" ? undefined : scopes[Number(nextAt)], nextTime);
  };
  const alone = of.length === 1 ? "this alarm alone" : `these ${of.length.toLocaleString("en")} alarms`;
  return (
    <p>
      <Select
        name="what to silence"
        value={at}
        of={[["", alone], ...scopes.map(({ title }, index) => [String(index), title] as const)]}
        onChange={(value) => change(value, time)}
      />{" "}
      for <Select name="for how long" value={time} of={LENGTHS} onChange={(value) => change(at, value)} />
    </p>
  );
}

/** Silences all alarms of a rule that last for a time. */
export function SilenceRule({ of: rule }: { readonly of: string }) {
  const chosen = useRef("2h");
  return (
    <ConfirmButton
      title="Silence …"
      about={rule}
      question={`Send nothing about the alarms of ${rule} that last for a time? What lasts then is sent again.`}
      run={() => act("shelve", { rule, for: chosen.current })}
    >
      <Choices of={[]} onChange={(_, time) => (chosen.current = time)} />
    </ConfirmButton>
  );
}
