import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Failure } from "./message.tsx";
import { Output } from "./output.tsx";

interface Props {
  readonly title: string;
  /** What it is done to, for those who do not see what the button stands beside. */
  readonly about?: string;
  readonly question: string;
  /** What would be done; a text that is read before the question is asked. */
  readonly plan?: () => Promise<{ readonly text: string }>;
  readonly run: () => Promise<unknown>;
  /** What else is to be chosen. */
  readonly children?: ComponentChildren;
}

/** What is asked, and what is done: as it was when the question was opened, whatever has come since. */
interface Asking {
  readonly question: string;
  /** What would be done; empty without a plan. */
  readonly text: string;
  readonly run: () => Promise<unknown>;
}

/** A button for an action that asks first. */
export function ConfirmButton({ title, about, question, plan, run, children }: Props) {
  const [asking, setAsking] = useState<Asking | undefined>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const { button, question: area, noted } = useFocus(asking !== undefined, isBusy);
  const doing = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFailure(undefined);
    await work().catch(setFailure);
    setBusy(false);
  };
  const ask = () => doing(async () => setAsking({ question, run, text: (await plan?.())?.text ?? "" }));
  if (asking === undefined)
    return (
      <>
        <button
          {...noted}
          ref={button}
          type="button"
          disabled={isBusy}
          onClick={ask}
          {...(about === undefined ? {} : { "aria-label": `${title} ${about}` })}
        >
          {isBusy ? `${title} …` : title}
        </button>{" "}
        {failure !== undefined && <Failure of={failure} />}
      </>
    );
  const confirm = () => {
    setAsking(undefined);
    void doing(asking.run);
  };
  return (
    <fieldset
      {...noted}
      ref={area}
      class="range"
      tabIndex={-1}
      onKeyDown={({ key }) => key === "Escape" && setAsking(undefined)}
    >
      <legend>{asking.question}</legend>
      {asking.text !== "" && <Output of={asking.text} />}
      {children}
      <button type="button" class="danger" onClick={confirm}>
        Yes
      </button>
      <button type="button" onClick={() => setAsking(undefined)}>
        No
      </button>
    </fieldset>
  );
}

/** Moves the focus to the question when it is asked, and back to its button afterwards. */
function useFocus(isOpen: boolean, isBusy: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  const question = useRef<HTMLFieldSetElement>(null);
  const wasOpen = useRef(false);
  const hasActed = useRef(false);
  const hasFocus = useRef(false);
  useEffect(() => {
    if (isOpen) question.current?.focus();
    else if (wasOpen.current) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  useEffect(() => {
    // While it was busy, the button could not have the focus.
    if (!isBusy && document.activeElement === document.body && hasActed.current) button.current?.focus();
    hasActed.current ||= isBusy;
  }, [isBusy]);
  // What was done may take the button away: the focus stays on the page. When this ends, its elements are
  // gone already.
  useEffect(
    () => () => {
      if (hasFocus.current && document.activeElement === document.body)
        document.querySelector("main")?.focus();
    },
    [],
  );
  const noted = {
    onFocusIn: () => {
      hasFocus.current = true;
    },
    onFocusOut: ({ relatedTarget }: FocusEvent) => {
      // An element that is taken away gives the focus to none.
      if (relatedTarget !== null) hasFocus.current = false;
    },
  };
  return { button, question, noted };
}
