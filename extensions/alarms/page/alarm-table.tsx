import { hrefTo } from "@rainhooks/page/address";
import { act } from "@rainhooks/page/api";
import { Actions } from "@rainhooks/page/confirm-button.jsx";
import { agoColumn, type Column, nodeColumn, Table, textColumn } from "@rainhooks/page/table.jsx";
import { Ago, Since, safeText, Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { type AlarmOfPage, isOpen, isShelved, WORST_FIRST } from "./alarms.ts";
import { silenceAlarms } from "./silence.tsx";

/** Signs of the severities, which tell them apart without colour. */
const SIGNS: Readonly<Record<AlarmOfPage["severity"], string>> = {
  critical: "◆◆",
  high: "◆",
  medium: "▲",
  low: "○",
};

/** How severe an alarm is, by a sign, a word and a colour. */
export function Severity({ of }: { readonly of: AlarmOfPage["severity"] }) {
  return (
    <b class={`severity ${of}`}>
      <span aria-hidden="true">{SIGNS[of]}</span> {of}
    </b>
  );
}

/** Says in words what state an alarm is in. */
export function stateText(alarm: AlarmOfPage): string {
  const { state, ackedBy, shelvedUntilMs = 0, suppressedBy } = alarm;
  const shelved = isShelved(alarm) ? [`shelved until ${timeText(shelvedUntilMs)}`] : [];
  if (state === "acknowledged")
    return [`acknowledged by ${safeText(ackedBy ?? "?", 40)}`, ...shelved].join(", ");
  if (state === "shelved") return shelved.join("") || state;
  return state === "suppressed" ? `suppressed by ${safeText(suppressedBy ?? "?", 60)}` : state;
}

/** A column of severities. */
export const SEVERITY: Column<Pick<AlarmOfPage, "severity">> = {
  title: "Severity",
  cell: ({ severity }) => <Severity of={severity} />,
  order: ({ severity }) => WORST_FIRST.indexOf(severity),
};

const COLUMNS: readonly Column<AlarmOfPage>[] = [
  nodeColumn(
    ({ nodeId }) => nodeId,
    ({ nodeName, nodeId }) => nodeName ?? nodeId,
  ),
  textColumn("Rule", ({ rule }) => rule),
  SEVERITY,
  {
    title: "Found",
    kind: "wide",
    cell: foundText,
    order: ({ series, memberCount }) => series ?? memberCount,
  },
  textColumn("State", stateText),
  agoColumn("Raised", ({ raisedMs }) => raisedMs),
  {
    title: "Lasts",
    kind: "number",
    cell: ({ startMs, endMs }) =>
      endMs === undefined ? (
        <Since ms={startMs} />
      ) : (
        <>
          ended <Ago ms={endMs} />
        </>
      ),
  },
];

/** What was found: a value of a series, or how many nodes. */
function foundText({ series, value, memberCount }: AlarmOfPage) {
  if (memberCount !== undefined)
    return `${memberCount.toLocaleString("en")} ${memberCount === 1 ? "node" : "nodes"}`;
  if (series === undefined) return "";
  return (
    <>
      {value !== undefined && <b>{value.toLocaleString("en")}</b>} <Text of={series} max={60} />
    </>
  );
}

interface Props {
  readonly label: string;
  readonly of: readonly AlarmOfPage[];
  /** Whether several can be changed at once. */
  readonly canSelect?: boolean;
}

/** Alarms, with what can be done about those that need attention. */
export function AlarmTable({ label, of, canSelect = false }: Props) {
  const bulk = (some: readonly AlarmOfPage[]) => (
    <AlarmActions
      of={some.filter(isOpen)}
      about={some.length === 1 ? "this alarm" : `these ${some.length} alarms`}
    />
  );
  return (
    <Table
      label={label}
      prefix="alarm-"
      columns={COLUMNS}
      rows={of}
      keyOf={({ alarmId }) => alarmId}
      nameOf={nameOf}
      href={({ alarmId }) => hrefTo("alarms", alarmId)}
      actions={(alarm) => isOpen(alarm) && <AlarmActions of={[alarm]} about={nameOf(alarm)} />}
      bulk={canSelect ? bulk : undefined}
    />
  );
}

/** Returns what an alarm is called. */
export function nameOf({ rule, nodeName, nodeId }: AlarmOfPage): string {
  return `${safeText(rule, 50)} of ${safeText(nodeName ?? nodeId, 60)}`;
}

interface ActionProps {
  readonly of: readonly AlarmOfPage[];
  /** What they are, for the question and for those who do not see the row. */
  readonly about: string;
}

/**
 * What can be done about alarms: each action is offered for those for which it makes a difference.
 */
export function AlarmActions({ of, about }: ActionProps) {
  const idsOf = (isMeant: (alarm: AlarmOfPage) => boolean) =>
    of.filter(isMeant).map(({ alarmId }) => alarmId);
  const open = idsOf(({ state }) => state !== "acknowledged");
  const shelved = idsOf(isShelved);
  return (
    <Actions
      about={about}
      of={[
        open.length > 0 && {
          title: "Acknowledge",
          question: `Acknowledge ${about}? It is not sent again.`,
          run: () => act("ack", { ids: open }),
        },
        silenceAlarms(of, about),
        shelved.length > 0 && {
          title: "Unshelve",
          question: `End the shelving of ${about}? What still lasts is sent again.`,
          run: () => act("unshelve", { ids: shelved }),
        },
      ]}
    />
  );
}
