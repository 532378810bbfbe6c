import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { safeText, Text } from "./text.tsx";

interface Props {
  /** What the page is about: also the title of the browser's tab. */
  readonly title: string;
  /** The page that it belongs to: its address and its title. */
  readonly within?: readonly [href: string, title: string];
  /** What can be done, at the right: at most one primary button. */
  readonly children?: ComponentChildren;
}

/** The title of a page, with what can be done on it. */
export function PageHead({ title, within, children }: Props) {
  useTitle(title);
  return (
    <div class="page-head">
      <div>
        {within !== undefined && (
          <a class="within" href={within[0]}>
            {within[1]}
          </a>
        )}
        <h1>
          <Text of={title} max={80} />
        </h1>
      </div>
      {children}
    </div>
  );
}

/** Sets the title of the browser's tab. */
export function useTitle(title: string): void {
  const shown = safeText(title, 80);
  useEffect(() => {
    document.title = `${shown} · Rainhooks`;
  }, [shown]);
}
