import { address, hrefOf, setParams, setTyped } from "@rainhooks/page/address";
import { Empty, Pending } from "@rainhooks/page/message.jsx";
import { PageHead } from "@rainhooks/page/page-head.jsx";
import { Select } from "@rainhooks/page/select.jsx";
import { commandOf } from "@rainhooks/page/stage";
import { Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { Ago } from "@rainhooks/page/time-of.jsx";
import { AlarmActions, AlarmTable, Severity } from "./alarm-table.tsx";
import { type AlarmOfPage, alarmsByRule, filterAlarms, SEVERITIES, worstFirst } from "./alarms.ts";
import { Maintenance } from "./maintenance.tsx";
import { Rules } from "./rules.tsx";
import { useAlarms } from "./use-alarms.ts";

const SHOWN = 1000;
/** More alarms than this are folded by their rules. */
const MAX_UNFOLDED = 20;

const TABS = { "": "Alarms", rules: "Rules", maintenance: "Maintenance" } as const;

/** The alarms of the stage; the rules that find them, and maintenance, are tabs beside them. */
export function AlarmsPage() {
  const { tab = "", tz } = address.value.params;
  return (
    <>
      <PageHead title="Alarms" />
      <nav class="tabs" aria-label="Alarms">
        {Object.entries(TABS).map(([name, title]) => (
          <a key={name} href={hrefOf("/alarms", { tab: name, tz })} aria-current={tab === name && "page"}>
            {title}
          </a>
        ))}
      </nav>
      {tab === "rules" ? <Rules /> : tab === "maintenance" ? <Maintenance /> : <AlarmsCard />}
    </>
  );
}

function AlarmsCard() {
  const { state = "", severity, match } = address.value.params;
  const { found, failure } = useAlarms({ state, limit: SHOWN });
  const alarms = worstFirst(filterAlarms(found?.alarms ?? [], { severity, match }));
  return (
    <section class="card" aria-label="Alarms">
      <search class="range">
        <Select
          name="which alarms"
          value={state}
          of={[
            ["", "that need attention"],
            ["all", "of the last 7 days"],
          ]}
          onChange={(value) => setParams({ state: value })}
        />
        <Select
          name="severity"
          value={severity ?? ""}
          of={[["", "any severity"], ...SEVERITIES]}
          onChange={(value) => setParams({ severity: value })}
        />
        <input
          type="search"
          aria-label="node, series or rule"
          placeholder="node, series or rule"
          value={match ?? ""}
          onInput={({ currentTarget }) => setTyped({ match: currentTarget.value })}
        />
      </search>
      {found?.waitingSinceMs !== undefined && (
        <p class="note">
          Alarms wait since {timeText(found.waitingSinceMs)}: {found.waitsFor}.
        </p>
      )}
      <Pending of={{ found, failure }} lines={2} />
      {found !== undefined && alarms.length === 0 && (
        <Empty>{found.alarms.length > 0 ? "No alarm passes the filter." : EMPTY[state]}</Empty>
      )}
      {alarms.length > MAX_UNFOLDED ? (
        <Folded of={alarms} areOpen={state === ""} />
      ) : (
        <AlarmTable label="Alarms" of={alarms} areOpen={state === ""} canSelect />
      )}
      {found?.more === true && (
        <p class="note">
          There are more than {SHOWN.toLocaleString("en")}:{" "}
          <code>{commandOf("alarms ls --rule <rule>")}</code>
        </p>
      )}
    </section>
  );
}

const EMPTY: Readonly<Record<string, string>> = {
  "": "Nothing needs attention.",
  all: "No rule has found an alarm in this time.",
};

/** Rules with their alarms, which are opened on demand. */
function Folded({ of, areOpen }: { readonly of: readonly AlarmOfPage[]; readonly areOpen: boolean }) {
  type Group = ReturnType<typeof alarmsByRule>[number];
  const severityOf = ([, [first]]: Group) => first?.severity ?? "low";
  const newestOf = ([, alarms]: Group) => Math.max(...alarms.map(({ raisedMs }) => raisedMs));
  return (
    <Table
      label="Rules with alarms"
      columns={[
        { name: "by", title: "Rule", kind: "wide", cell: ([rule]) => <Text of={rule} max={50} /> },
        {
          name: "worst",
          title: "Severity",
          cell: (group) => <Severity of={severityOf(group)} />,
          order: (group) => SEVERITIES.indexOf(severityOf(group)),
        },
        {
          name: "alarms",
          title: "Alarms",
          kind: "number",
          cell: ([, alarms]) => alarms.length.toLocaleString("en"),
          order: ([, alarms]) => alarms.length,
        },
        {
          name: "unhandled",
          title: "Not handled",
          kind: "number",
          cell: ([, alarms]) => alarms.filter(({ state }) => state === "raised").length.toLocaleString("en"),
        },
        {
          name: "newest",
          title: "Last raised",
          kind: "number",
          cell: (group) => <Ago ms={newestOf(group)} />,
          order: newestOf,
        },
      ]}
      rows={alarmsByRule(of)}
      keyOf={([rule]) => rule}
      detail={([rule, alarms]) => (
        <AlarmTable label={`Alarms of ${rule}`} of={alarms} areOpen={areOpen} hasRule={false} canSelect />
      )}
      actions={([rule, alarms]) =>
        areOpen && <AlarmActions of={alarms} about={`${alarms.length} alarms of ${rule}`} />
      }
    />
  );
}
