import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/**
 * What has the focus may be taken away. Of a list it then goes to the same row, or to the one that
 * has come to its place; of anything else to the page: what is read aloud goes on there.
 */
export function useFocusRestore(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: readonly Element[] = [];
    let place: string | null | undefined;
    const keep = (event: FocusEvent) => {
      last = event.composedPath().filter((one) => one instanceof Element);
      place = last.find((one) => one.matches(ROW))?.getAttribute("aria-rowindex");
    };
    document.addEventListener("focusin", keep);
    const observer = new MutationObserver(() => {
      if (document.activeElement !== document.body || last[0]?.isConnected !== false) return;
      const kept = last.find((one) => one.isConnected && one.matches(`${ROW}, .list`));
      last = [];
      const row = kept?.matches(ROW)
        ? kept
        : (kept?.querySelector(`[aria-rowindex="${place}"]`) ?? kept);
      const next = row?.querySelector<HTMLElement>("td > :is(a, button)") ?? main.current;
      next?.focus({ preventScroll: true });
    });
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", keep);
      observer.disconnect();
    };
  }, [main]);
}

/** A row of a table. */
const ROW = "tr[aria-rowindex]";
