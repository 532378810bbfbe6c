import { Signal } from "@rainhooks/page/signal";

/** The rule that somebody is writing. It stays when they look at another page. */
interface Draft {
  readonly text: string;
  /** How many rules were added. */
  readonly added: number;
}

export const draft = new Signal<Draft>({ text: "", added: 0 });
