import { address, hrefHere, setParams } from "@rainhooks/page/address";
import { commandOf } from "@rainhooks/page/api";
import { Filters } from "@rainhooks/page/filters.jsx";
import { Await, Empty, PageTitle, Select } from "@rainhooks/page/layout.jsx";
import { agoColumn, countColumn, Table, textColumn } from "@rainhooks/page/table.jsx";
import { timeText } from "@rainhooks/page/time";
import { AlarmActions, AlarmTable, Severity } from "./alarm-table.tsx";
import {
  type AlarmOfPage,
  type AlarmsResult,
  alarmsByRule,
  filterAlarms,
  SEVERITIES,
  useAlarms,
  worstFirst,
} from "./alarms.ts";
import { Maintenance } from "./maintenance.tsx";
import { Rules } from "./rules.tsx";

const SHOWN = 1000;
/** More alarms than this are folded by their rules. */
const MAX_UNFOLDED = 20;

const TABS = { "": "Alarms", rules: "Rules", maintenance: "Maintenance" } as const;
const FIELDS = [{ name: "match", title: "Node, series or rule" }];

/** The alarms of the stage; the rules that find them, and maintenance, are tabs beside them. */
export function AlarmsPage() {
  const { tab = "" } = address.value.params;
  return (
    <>
      <PageTitle title="Alarms" />
      <nav aria-label="Alarms">
        {Object.entries(TABS).map(([name, title]) => (
          <a key={name} href={hrefHere("/alarms", { tab: name })} aria-current={tab === name && "page"}>
            {title}
          </a>
        ))}
      </nav>
      {tab === "rules" ? <Rules /> : tab === "maintenance" ? <Maintenance /> : <AlarmsCard />}
    </>
  );
}

function AlarmsCard() {
  const { state = "", severity = "" } = address.value.params;
  return (
    <section class="card" aria-label="Alarms">
      <Filters label="Alarms" fields={FIELDS}>
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
          value={severity}
          of={[["", "any severity"], ...SEVERITIES]}
          onChange={(value) => setParams({ severity: value })}
        />
      </Filters>
      <Await of={useAlarms({ state, limit: SHOWN, order: "worst" })} lines={2}>
        {(result) => <Alarms of={result} state={state} />}
      </Await>
    </section>
  );
}

function Alarms({ of, state }: { readonly of: AlarmsResult; readonly state: string }) {
  const none = state === "" ? "Nothing needs attention." : "No rule has found an alarm in this time.";
  const alarms = worstFirst(filterAlarms(of.alarms, address.value.params));
  return (
    <>
      {of.waitingSinceMs !== undefined && (
        <p class="note">
          Alarms wait since {timeText(of.waitingSinceMs)}: {of.waitsFor}.
        </p>
      )}
      {alarms.length < of.alarms.length && alarms.length > 0 && (
        <p class="note">
          {alarms.length.toLocaleString("en")} of {of.alarms.length.toLocaleString("en")} alarms
        </p>
      )}
      {alarms.length === 0 && <Empty>{of.alarms.length > 0 ? "No alarm passes the filter." : none}</Empty>}
      {alarms.length > MAX_UNFOLDED ? (
        <Folded of={alarms} areOpen={state === ""} />
      ) : (
        <AlarmTable label="Alarms" of={alarms} areOpen={state === ""} canSelect />
      )}
      {of.more && (
        <p class="note">
          There are more than {SHOWN.toLocaleString("en")}:{" "}
          <code>{commandOf("alarms ls --rule <rule>")}</code>
        </p>
      )}
    </>
  );
}

/** Rules with their alarms, which are opened on demand. */
function Folded({ of, areOpen }: { readonly of: readonly AlarmOfPage[]; readonly areOpen: boolean }) {
  type Group = ReturnType<typeof alarmsByRule>[number];
  const severityOf = ([, [first]]: Group) => first?.severity ?? "low";
  return (
    <Table<Group>
      label="Rules with alarms"
      columns={[
        textColumn("Rule", ([rule]) => rule, { kind: "wide" }),
        {
          title: "Severity",
          cell: (group) => <Severity of={severityOf(group)} />,
          order: (group) => SEVERITIES.indexOf(severityOf(group)),
        },
        countColumn("Alarms", ([, alarms]) => alarms.length),
        countColumn("Not handled", ([, alarms]) => alarms.filter(({ state }) => state === "raised").length),
        agoColumn("Last raised", ([, alarms]) => Math.max(...alarms.map(({ raisedMs }) => raisedMs))),
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
