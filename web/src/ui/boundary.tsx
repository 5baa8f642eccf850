import { Component, type ReactNode } from 'react'
import { Problem } from './states.tsx'

interface BoundaryProps {
  /** A change of it is a new chance. */
  readonly of: string
  readonly children: ReactNode
}

/** A view that breaks takes neither the banner nor the kill button with it. */
export class Boundary extends Component<BoundaryProps, { readonly broken: string | null }> {
  override state = { broken: null as string | null }

  static getDerivedStateFromError(cause: unknown) {
    return { broken: String(cause) }
  }

  override componentDidUpdate(before: BoundaryProps): void {
    if (before.of !== this.props.of && this.state.broken !== null) this.setState({ broken: null })
  }

  override render(): ReactNode {
    if (this.state.broken === null) return this.props.children
    const again = () => this.setState({ broken: null })
    return <Problem cause={`This view broke: ${this.state.broken}`} retry={again} />
  }
}
