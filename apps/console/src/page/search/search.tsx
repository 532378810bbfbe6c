import { useEffect, useRef, useState } from "preact/hooks";
import { Later } from "../load-later.tsx";

/** The search over everything: a button in the header, and ⌘K or Ctrl-K. */
export function Search() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const open = () => {
    if (dialog.current?.open === true) return;
    setOpen(true);
    dialog.current?.showModal();
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey)
        return;
      event.preventDefault();
      open();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const close = () => dialog.current?.close();
  return (
    <>
      <button type="button" class="find" onClick={open}>
        <span>Search</span> <kbd>Ctrl K</kbd>
      </button>
      <dialog
        ref={dialog}
        class="search"
        aria-label="Search everything"
        closedby="any"
        onClose={() => setOpen(false)}
      >
        {isOpen && <Later lines={1}>{({ SearchForm }) => <SearchForm onGone={close} />}</Later>}
      </dialog>
    </>
  );
}
