import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { address } from "./address.ts";

/** Height of a row in pixels, as the style sheet has it. */
const ROW_HEIGHT = 48;
/** Rows that are drawn above and below the visible ones. */
const SPARE_ROWS = 8;

interface Props {
  readonly label: string;
  readonly kind: string;
  readonly head: ComponentChildren;
  readonly count: number;
  /** Whether all rows of the list are among them. */
  readonly isWhole: boolean;
  /** Draws a row. */
  readonly row: (index: number) => ComponentChildren;
  /** Called when other rows become visible. */
  readonly onShow: (first: number, last: number) => void;
}

/**
 * A table in an area that scrolls, of which only the visible rows are drawn. Arrow keys go from row to row.
 */
export function VirtualTable({ label, kind, head, count, isWhole, row, onShow }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [height, setHeight] = useState(600);
  const shown = Math.ceil(height / ROW_HEIGHT);
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setHeight(element.clientHeight);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const hasRows = count > 0;
  useLayoutEffect(() => {
    const { left } = address.value;
    if (hasRows && left !== undefined && area.current !== null) area.current.scrollTop = left.tableTop;
  }, [hasRows]);
  const last = Math.max(0, Math.min(count - 1, first + shown));
  useEffect(() => onShow(first, last), [first, last, onShow]);
  const from = Math.max(0, Math.min(first, count - shown) - SPARE_ROWS);
  const to = Math.min(count, first + shown + SPARE_ROWS);
  const scrolled = () => {
    setFirst(Math.floor((area.current?.scrollTop ?? 0) / ROW_HEIGHT));
  };
  return (
    <div ref={area} class={`table ${kind}`} onScroll={scrolled}>
      <table aria-label={label} aria-rowcount={isWhole ? count + 1 : -1} onKeyDown={goByKey}>
        <thead>{head}</thead>
        <tbody>
          <Space rows={from} />
          {Array.from({ length: Math.max(0, to - from) }, (_, index) => row(from + index))}
          <Space rows={count - to} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for rows that are not drawn. */
function Space({ rows }: { readonly rows: number }) {
  return rows <= 0 ? null : <tr class="space" style={{ height: `${rows * ROW_HEIGHT}px` }} />;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** Moves the focus to the link of the next or previous row. */
function goByKey(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const row = event.target instanceof Element ? event.target.closest("tbody tr") : null;
  if (step === undefined || row === null) return;
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const link = next?.querySelector<HTMLElement>("a, button");
  if (link == null) return;
  event.preventDefault();
  link.focus();
}
