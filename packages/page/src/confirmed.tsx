import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Failure, Skeleton } from "./message.tsx";
import { Output } from "./output.tsx";
import { inZone } from "./time.ts";
import { toast } from "./toasts.tsx";

interface Props {
  readonly title: string;
  /** What it is done to, for those who do not see what the button stands beside. */
  readonly about?: string;
  readonly question: string;
  /** What would be done; a text that is read while the question is asked. */
  readonly plan?: () => Promise<{ readonly text: string }>;
  /** Returns what is said afterwards if it is a text. */
  readonly run: () => Promise<unknown>;
  /** The main action of its page. */
  readonly isPrimary?: boolean;
  /** True for what cannot be taken back. */
  readonly isFinal?: boolean;
  /** What else is to be chosen. */
  readonly children?: ComponentChildren;
}

/** What is asked, and what is done: as it was when the question was opened, whatever has come since. */
type Asking = Pick<Props, "question" | "run">;

/**
 * A button for an action that asks first, in a dialog, which stays until it was done and says why it was not.
 */
export function ConfirmButton(props: Props) {
  const { title, about, question, plan, run, isPrimary = false, isFinal = false, children } = props;
  const [asking, setAsking] = useState<Asking | undefined>();
  const [text, setText] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (asking !== undefined) dialog.current?.showModal();
  }, [asking]);
  const doing = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailure(undefined);
    await work().catch(setFailure);
    setBusy(false);
  };
  const close = () => {
    // Gives the focus back.
    dialog.current?.close();
    setAsking(undefined);
  };
  const ask = () => {
    setAsking({ question, run });
    setText(undefined);
    void doing(async () => setText((await plan?.())?.text));
  };
  const name = about === undefined ? title : `${title} ${about}`;
  const confirm = (of: Asking) =>
    doing(async () => {
      const said = await of.run();
      close();
      const text = saidText(said);
      if (text !== undefined) toast(text === "" ? `${name}: done.` : text);
    });
  return (
    <>
      <button type="button" class={isPrimary ? "primary" : ""} aria-label={name} onClick={ask}>
        {title}
      </button>{" "}
      {asking !== undefined && (
        <dialog ref={dialog} aria-label={asking.question} aria-busy={isBusy} onCancel={close}>
          <p>{asking.question}</p>
          {plan !== undefined && text === undefined && failure === undefined && <Skeleton lines={2} />}
          {text !== undefined && text !== "" && <Output of={inZone(text)} />}
          {children}
          {failure !== undefined && <Failure of={failure} />}
          <p class="buttons">
            <button type="button" onClick={close}>
              No
            </button>
            <button
              type="button"
              class={isFinal ? "danger" : "primary"}
              disabled={isBusy || (plan !== undefined && text === undefined)}
              onClick={() => void confirm(asking)}
            >
              Yes
            </button>
          </p>
        </dialog>
      )}
    </>
  );
}

/** Returns what an action says; nothing of one that is a job, whose end is said. */
function saidText(said: unknown): string | undefined {
  if (typeof said !== "object" || said === null) return typeof said === "string" ? said : "";
  if ("text" in said && typeof said.text === "string") return said.text.split("\n")[0];
  return Object.keys(said).length === 0 ? undefined : "";
}
