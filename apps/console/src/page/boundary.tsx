import { Failure } from "@rainhooks/page/layout.jsx";
import { Component, type ComponentChildren } from "preact";

/** When it is tried again to draw a page: what it shows is read again meanwhile. */
const AGAIN_MS = 5000;

/**
 * Shows why a page could not be drawn, in its place, until it can: the rest of the console stays.
 */
export class Boundary extends Component<
  { readonly children: ComponentChildren },
  { readonly failure?: unknown }
> {
  static override getDerivedStateFromError(failure: unknown) {
    return { failure };
  }

  override componentDidCatch() {
    setTimeout(() => this.setState({ failure: undefined }), AGAIN_MS);
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
