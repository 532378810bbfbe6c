import { Failure } from "@rainhooks/page/layout.jsx";
import { Component, type ComponentChildren } from "preact";

/** Shows why a page could not be drawn, in its place: the rest of the console stays. */
export class Boundary extends Component<
  { readonly children: ComponentChildren },
  { readonly failure?: unknown }
> {
  static override getDerivedStateFromError(failure: unknown) {
    return { failure };
  }

  override render() {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return (
      <>
        <Failure of={failure} />
        <button type="button" onClick={() => this.setState({ failure: undefined })}>
          Try again
        </button>
      </>
    );
  }
}
