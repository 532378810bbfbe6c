import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { address, replaceParams, setParams } from "./address.ts";
import { Await, Empty } from "./layout.tsx";
import type { Reading } from "./live.ts";
import { Ago, At, Text } from "./text.tsx";

/** A column of a {@link Table}. */
export interface Column<Row> {
  /**
   * A class of its cells, and what the parameter `sort` of the address calls it. @defaultValue its
   * title, with dashes
   */
  readonly name?: string;
  /** What its head says, and on a narrow page each cell. */
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /**
   * `number`: at the right, in figures of one width; `id`: in letters of one width; `wide`: takes
   * the space that the other columns leave, and ends in an ellipsis.
   */
  readonly kind?: "number" | "id" | "wide";
  /**
   * By what its head sorts the rows; without a value they come last. Absent: its head does not
   * sort.
   */
  readonly order?: (row: Row) => number | string | undefined;
}

/** A column of texts, such as names of devices. */
export function textColumn<Row>(
  title: string,
  order: (row: Row) => string | undefined,
  more: Partial<Column<Row>> = {},
): Column<Row> {
  return {
    title,
    order,
    cell: (row) => <Text of={order(row)} max={more.kind === "wide" ? 200 : 60} />,
    ...more,
  };
}

/** A column of what nodes are called, with their ids. */
export function nodeColumn<Row>(
  idOf: (row: Row) => string,
  nameOf: (row: Row) => string,
): Column<Row> {
  return {
    ...textColumn<Row>("Node", (row) => nameOf(row).toLowerCase(), { name: "name" }),
    cell: (row) => (
      <>
        <Text of={nameOf(row)} max={60} />{" "}
        {nameOf(row) !== idOf(row) && (
          <span class="id note">
            <Text of={idOf(row)} max={40} />
          </span>
        )}
      </>
    ),
  };
}

/** A column of numbers. `isBad`: there should be none. */
export function countColumn<Row>(
  title: string,
  order: (row: Row) => number | undefined,
  { isBad = false, ...more }: Partial<Column<Row>> & { readonly isBad?: boolean } = {},
): Column<Row> {
  const cell = (row: Row) => {
    const count = order(row);
    const kind = isBad ? "bad" : "";
    return <span class={count ? kind : "none"}>{count?.toLocaleString("en") ?? "–"}</span>;
  };
  return { title, order, kind: "number", cell, ...more };
}

/** A column of times. */
export function timeColumn<Row>(
  title: string,
  order: (row: Row) => number | undefined,
): Column<Row> {
  return { title, order, cell: (row) => <At ms={order(row)} /> };
}

/** A column of times, as how long ago they were. */
export function agoColumn<Row>(
  title: string,
  order: (row: Row) => number | undefined,
): Column<Row> {
  return { title, order, kind: "number", cell: (row) => <Ago ms={order(row)} /> };
}

/** What a {@link Table} shows. */
export interface TableProps<Row> {
  /** What the rows are, such as `Attempts`. */
  readonly label: string;
  /** The first one names the row: its content is the link or the button of the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Identifies a row, also after its list was read again. */
  readonly keyOf: (row: Row) => string;
  /** What a row is called where only its name is read. @defaultValue its key */
  readonly nameOf?: (row: Row) => string;
  /** Where the whole row leads. */
  readonly href?: (row: Row) => string;
  /**
   * What a row opens to. The parameter `open` of the address has its key, so that Back finds it
   * open.
   */
  readonly detail?: (row: Row) => ComponentChildren;
  /**
   * Buttons of a row, shown while it has the pointer or the focus, and always on a touch screen.
   */
  readonly actions?: ((row: Row) => ComponentChildren) | undefined;
  /** Buttons for the selected rows, in a bar. With it, rows can be selected. */
  readonly bulk?: ((rows: readonly Row[]) => ComponentChildren) | undefined;
  /** Says why there is no row, and what to do. */
  readonly empty?: ComponentChildren;
  /** Whether there are rows that were not read yet. */
  readonly hasMore?: boolean;
  /** Called when rows come near to the window or leave it: with the places of all that are near. */
  readonly onNear?: (first: number, last: number) => void;
  /**
   * Begins the names of its parameters of the address, such as `alarm-` of `alarm-sort`: for a
   * table that stands in or beside another one. @defaultValue none
   */
  readonly prefix?: string;
}

/** Rows that are drawn together, or not at all: those of the first are always drawn. */
const CHUNK = 50;

/**
 * A table of a page, such as
 *
 * ```tsx
 * <Table
 *   label="Rules"
 *   columns={[
 *     textColumn("Rule", ({ name }) => name),
 *     countColumn("Alarms", ({ alarms }) => alarms),
 *   ]}
 *   rows={rules}
 *   keyOf={({ name }) => name}
 *   actions={(rule) => <ConfirmButton title="Remove" about={rule.name} … />}
 *   empty="No rules yet."
 * />
 * ```
 *
 * A head sorts, by the parameter `sort` of the address (`-found`: from the end). Of more than fifty
 * rows, only those near the window are drawn. Where it has no room, a row is a block. Arrow keys,
 * `j` and `k` go from row to row, `x` selects one.
 */
export function Table<Row>(props: TableProps<Row>) {
  const { label, rows, keyOf, actions, bulk, empty } = props;
  const { prefix = "", hasMore = false, onNear } = props;
  const list = useFit();
  // A column in which no row has something, such as errors where none has failed, takes the others'
  // space. Numbers take little, and may still be read.
  const hasValue = ({ kind, order }: Column<Row>) =>
    order === undefined || kind === "number" || rows.some((row) => (order(row) ?? "") !== "");
  const columns = props.columns.filter((one, index) => index === 0 || hasValue(one));
  const near = useRef(new Set<number>());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const sort = address.value.params[`${prefix}sort`] ?? "";
  const sorted = useMemo(() => sortRows(rows, props.columns, sort), [rows, props.columns, sort]);
  if (rows.length === 0) return empty === undefined ? null : <Empty>{empty}</Empty>;
  const selected = bulk === undefined ? [] : sorted.filter((row) => chosen.has(keyOf(row)));
  const moved = (from: number, isNear: boolean) => {
    if (isNear) near.current.add(from);
    else near.current.delete(from);
    if (near.current.size > 0)
      onNear?.(Math.min(...near.current), Math.max(...near.current) + CHUNK - 1);
  };
  const choose = (some: readonly Row[], is: boolean) => {
    const keys = some.map(keyOf);
    setChosen(
      (now) => new Set(is ? [...now, ...keys] : [...now].filter((key) => !keys.includes(key))),
    );
  };
  return (
    <div ref={list} class="list">
      <table aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1} onKeyDown={onKey}>
        <thead>
          <tr>
            {bulk !== undefined && (
              <th class="check">
                <input
                  type="checkbox"
                  aria-label={`Select all of ${label}`}
                  checked={selected.length === rows.length}
                  onChange={({ currentTarget }) => choose(rows, currentTarget.checked)}
                />
              </th>
            )}
            {columns.map((column) => (
              <Head key={column.title} of={column} param={`${prefix}sort`} />
            ))}
            {actions !== undefined && <td class="acts" />}
          </tr>
        </thead>
        {Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, index) => (
          <Chunk
            key={index}
            {...props}
            columns={columns}
            rows={sorted.slice(index * CHUNK, (index + 1) * CHUNK)}
            from={index * CHUNK}
            moved={moved}
            isChosen={(row) => chosen.has(keyOf(row))}
            choose={(row, is) => choose([row], is)}
          />
        ))}
      </table>
      {bulk !== undefined && selected.length > 0 && (
        <section class="bulk" aria-label={`Selected ${label}`}>
          <b>{selected.length.toLocaleString("en")} selected</b> {bulk(selected)}
          <button type="button" class="plain" onClick={() => setChosen(new Set())}>
            Clear
          </button>
        </section>
      )}
    </div>
  );
}

/** Narrower than this, the rows of every table are blocks, pixels. */
const MIN_WIDTH = 621;

/**
 * Makes blocks of the rows of a list while their table would be wider than the place that it has.
 */
function useFit() {
  const needed = useRef(MIN_WIDTH);
  return useCallback((list: HTMLDivElement | null) => {
    const fit = () => {
      if (list === null) return;
      const { clientWidth, scrollWidth } = list;
      if (scrollWidth > clientWidth) needed.current = Math.max(MIN_WIDTH, scrollWidth);
      list.classList.toggle("narrow", clientWidth > 0 && clientWidth < needed.current);
    };
    // Before it is seen for the first time: rows do not move then.
    fit();
    const observer = new ResizeObserver(fit);
    for (const one of list === null ? [] : [list, ...list.children]) observer.observe(one);
    return () => observer.disconnect();
  }, []);
}

interface ReadProps<Result, Row> extends Omit<TableProps<Row>, "rows"> {
  readonly of: Reading<Result>;
  readonly rows: (result: Result) => readonly Row[];
  /** How many lines stand in its place until it is there. @defaultValue 4 */
  readonly lines?: number;
}

/** A {@link Table} of what is read, as soon as it is there. */
export function ReadTable<Result, Row>({ of, rows, lines = 4, ...table }: ReadProps<Result, Row>) {
  return (
    <Await of={of} lines={lines}>
      {(result) => <Table {...table} rows={rows(result)} />}
    </Await>
  );
}

interface HeadProps<Row> {
  readonly of: Column<Row>;
  /** The parameter of the address that says how the table is sorted. */
  readonly param: string;
}

function Head<Row>({ of, param }: HeadProps<Row>) {
  const { title, order } = of;
  if (order === undefined) return <th class={classOf(of)}>{title}</th>;
  const name = nameOfColumn(of);
  const sort = address.value.params[param] ?? "";
  const direction = sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
  const next = { none: name, ascending: `-${name}`, descending: "" }[direction];
  return (
    <th class={classOf(of)} aria-sort={direction}>
      <button type="button" onClick={() => setParams({ [param]: next })}>
        {title}
        <span aria-hidden="true">{{ none: "", ascending: " ↑", descending: " ↓" }[direction]}</span>
      </button>
    </th>
  );
}

function nameOfColumn({
  title,
  name = title.toLowerCase().replaceAll(" ", "-"),
}: Column<never>): string {
  return name;
}

function classOf(column: Column<never>): string {
  return `${nameOfColumn(column)} ${column.kind ?? ""}`;
}

/** Sorts rows as the address says; those that are equal stay as they were. */
function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: string,
): readonly Row[] {
  const order = columns.find((one) => nameOfColumn(one) === sort.replace(/^-/, ""))?.order;
  if (order === undefined) return rows;
  const sign = sort.startsWith("-") ? -1 : 1;
  return rows.toSorted((first, second) => {
    const a = order(first);
    const b = order(second);
    if (a === undefined || b === undefined)
      return Number(a === undefined) - Number(b === undefined);
    return typeof a === "string" ? sign * a.localeCompare(String(b), "en") : sign * (a - Number(b));
  });
}

interface ChunkProps<Row> extends TableProps<Row> {
  /** Place of the first row. */
  readonly from: number;
  readonly moved: (from: number, isNear: boolean) => void;
  readonly isChosen: (row: Row) => boolean;
  readonly choose: (row: Row, is: boolean) => void;
}

/** Height of a row that was not drawn yet, pixels. */
const ROW_HEIGHT = 37;

/** Some rows. While the window is far from them, an empty one has their height. */
function Chunk<Row>(props: ChunkProps<Row>) {
  const { rows, from, keyOf } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [height, setHeight] = useState(from === 0 ? 0 : rows.length * ROW_HEIGHT);
  const moved = useRef(props.moved);
  moved.current = props.moved;
  useEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    const show = () => setHeight(0);
    const observer = new IntersectionObserver(
      ([entry]) => {
        const isNear = entry?.isIntersecting === true;
        moved.current(from, isNear);
        if (isNear) show();
        else if (from > 0 && !element.contains(document.activeElement))
          setHeight(element.offsetHeight);
      },
      { rootMargin: "800px" },
    );
    observer.observe(element);
    addEventListener("beforeprint", show);
    return () => {
      observer.disconnect();
      removeEventListener("beforeprint", show);
      moved.current(from, false);
    };
  }, [from]);
  return (
    <tbody ref={body}>
      {height > 0 ? (
        <tr style={{ height: `${height}px` }} />
      ) : (
        rows.map((row, index) => (
          <OneRow key={keyOf(row)} {...props} row={row} place={from + index} />
        ))
      )}
    </tbody>
  );
}

function OneRow<Row>(props: ChunkProps<Row> & { readonly row: Row; readonly place: number }) {
  const { row, place, columns, keyOf, nameOf = keyOf, href, detail, actions, bulk } = props;
  const key = keyOf(row);
  const open = `${props.prefix ?? ""}open`;
  const isOpen = detail !== undefined && address.value.params[open] === key;
  const named = (content: ComponentChildren) => {
    if (href !== undefined) return <a href={href(row)}>{content}</a>;
    if (detail === undefined) return content;
    const toggle = () => replaceParams({ [open]: isOpen ? "" : key });
    return (
      <button type="button" class="row" aria-expanded={isOpen} onClick={toggle}>
        {content}
      </button>
    );
  };
  return (
    <>
      <tr aria-rowindex={place + 2}>
        {bulk !== undefined && (
          <td class="check">
            <input
              type="checkbox"
              aria-label={`Select ${nameOf(row)}`}
              checked={props.isChosen(row)}
              onChange={({ currentTarget }) => props.choose(row, currentTarget.checked)}
            />
          </td>
        )}
        {columns.map((column, index) => (
          <td key={column.title} class={classOf(column)} data-title={column.title}>
            {index === 0 ? named(column.cell(row)) : column.cell(row)}
          </td>
        ))}
        {actions !== undefined && <td class="acts">{actions(row)}</td>}
      </tr>
      {isOpen && (
        <tr class="opened">
          <td colSpan={columns.length + Number(bulk !== undefined) + Number(actions !== undefined)}>
            {detail(row)}
          </td>
        </tr>
      )}
    </>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/** Moves the focus to the link or button of another row, or selects one. */
function onKey(event: KeyboardEvent & { readonly currentTarget: HTMLTableElement }): void {
  const { target, currentTarget: table } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return;
  // A table in a row, and a dialog of a row, have keys of their own.
  const isOwn = (one: Element) => one.closest("table, dialog") === table;
  const row = target.closest("tbody > tr[aria-rowindex]");
  if (row === null || !isOwn(target) || !target.matches("a, button, [type=checkbox]")) return;
  if (event.key === "x") row.querySelector<HTMLElement>("td.check input")?.click();
  const step = STEPS[event.key];
  if (step === undefined) return;
  const rows = [...table.querySelectorAll("tbody > tr[aria-rowindex]")].filter(isOwn);
  const next = rows[rows.indexOf(row) + step]?.querySelector<HTMLElement>("a, button");
  if (next == null) return;
  event.preventDefault();
  next.focus();
}
