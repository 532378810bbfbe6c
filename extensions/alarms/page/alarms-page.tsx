import { address, hrefHere, setParams } from "@rainhooks/page/address";
import { act, commandOf, get } from "@rainhooks/page/api";
import { Actions } from "@rainhooks/page/confirm-button.jsx";
import { Filters } from "@rainhooks/page/filters.jsx";
import { Await, Empty, PageTitle, Select } from "@rainhooks/page/layout.jsx";
import { type Column, countColumn, Table, textColumn } from "@rainhooks/page/table.jsx";
import { timeText } from "@rainhooks/page/time";
import type { PlanView } from "@rainhooks/stage/routes/plan-store";
import { AlarmTable, SEVERITY } from "./alarm-table.tsx";
import { type AlarmsResult, filterAlarms, useAlarms, WORST_FIRST } from "./alarms.ts";
import { Maintenance } from "./maintenance.tsx";
import { Rules } from "./rules.tsx";
import { silenceRule } from "./silence.tsx";

/**
 * How many alarms are read; more than the second number are shown as their rules, unless a filter
 * is set.
 */
const SHOWN = 1000;
const MAX_UNFOLDED = 20;

const TABS = { "": "Alarms", rules: "Rules", maintenance: "Maintenance" } as const;
const FIELDS = [
  { name: "match", title: "Node or series" },
  { name: "rule", title: "Rule, such as offline-10m" },
];

/** The alarms of the stage; the rules that find them, and maintenance, are tabs beside them. */
export function AlarmsPage() {
  const { tab = "" } = address.value.params;
  return (
    <>
      <PageTitle title="Alarms" />
      <nav aria-label="Alarms">
        {Object.entries(TABS).map(([name, title]) => (
          <a
            key={name}
            href={hrefHere("/alarms", { tab: name })}
            aria-current={tab === name && "page"}
          >
            {title}
          </a>
        ))}
      </nav>
      {tab === "rules" ? <Rules /> : tab === "maintenance" ? <Maintenance /> : <AlarmsCard />}
    </>
  );
}

function AlarmsCard() {
  const { state = "", severity = "", rule = "", match = "" } = address.value.params;
  const isFiltered = [state, severity, rule, match].some((value) => value !== "");
  const limit = isFiltered ? SHOWN : MAX_UNFOLDED;
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
          of={[["", "any severity"], ...WORST_FIRST]}
          onChange={(value) => setParams({ severity: value })}
        />
      </Filters>
      <Await of={useAlarms({ state, rule, limit, order: "worst" })} lines={2}>
        {(result) => <Alarms of={result} state={state} />}
      </Await>
    </section>
  );
}

/** Says why there is no alarm; nothing is fine while alarms wait. */
function noneText({ waitingSinceMs }: AlarmsResult, state: string): string {
  if (state !== "") return "No rule has found an alarm in this time.";
  return waitingSinceMs === undefined
    ? "Nothing needs attention."
    : "No alarm was open until then.";
}

function Alarms({ of, state }: { readonly of: AlarmsResult; readonly state: string }) {
  const { severity, match = "", rule } = address.value.params;
  const alarms = filterAlarms(of.alarms, { severity, match });
  // A text is looked for in the alarms that were read: these may not be all.
  const total = match === "" && state === "" ? of.total : undefined;
  const rules = total?.rules.filter((one) => severity === undefined || one.severity === severity);
  const count = rules?.reduce((sum, one) => sum + one.alarms, 0) ?? alarms.length;
  const all = total?.alarms ?? of.alarms.length;
  const isFolded = rule === undefined && count > Math.min(MAX_UNFOLDED, alarms.length);
  return (
    <>
      {of.waitingSinceMs !== undefined && (
        <p class="note">
          Alarms wait since {timeText(of.waitingSinceMs)}: {of.waitsFor}.
        </p>
      )}
      {count < all && count > 0 && (
        <p class="note">
          {count.toLocaleString("en")} of {all.toLocaleString("en")} alarms
        </p>
      )}
      {count === 0 && (
        <Empty>
          {of.alarms.length > 0 || rule ? "No alarm passes the filter." : noneText(of, state)}
        </Empty>
      )}
      {rules !== undefined && isFolded ? (
        <Folded of={rules} />
      ) : (
        <AlarmTable label="Alarms" of={alarms} canSelect />
      )}
      {of.more && !isFolded && (
        <p class="note">
          There are more than {SHOWN.toLocaleString("en")}:{" "}
          <code>{commandOf(`alarms ls --rule ${rule ?? "<rule>"}`)}</code>
        </p>
      )}
    </>
  );
}

type RuleTotal = NonNullable<AlarmsResult["total"]>["rules"][number];

/** Rules with how many open alarms they have; each leads to these. */
function Folded({ of }: { readonly of: readonly RuleTotal[] }) {
  return (
    <Table<RuleTotal>
      label="Rules with alarms"
      columns={COLUMNS}
      rows={of}
      keyOf={({ rule }) => rule}
      href={({ rule }) => hrefHere("/alarms", { rule })}
      actions={({ rule, alarms, unhandled }) => {
        const about = `${alarms.toLocaleString("en")} alarms of ${rule}`;
        const acknowledge = unhandled > 0 && {
          title: "Acknowledge",
          question: `Acknowledge all alarms of ${rule}? They are not sent again.`,
          plan: () => get<PlanView>("/console/plans/ack", { rule }),
          run: (_: object, plan?: string) => act("ack", { rule, plan }),
        };
        return <Actions about={about} of={[acknowledge, silenceRule(rule)]} />;
      }}
    />
  );
}

const COLUMNS: readonly Column<RuleTotal>[] = [
  textColumn("Rule", ({ rule }) => rule, { kind: "wide" }),
  SEVERITY,
  countColumn("Alarms", ({ alarms }) => alarms),
  countColumn("Not handled", ({ unhandled }) => unhandled),
];
