/** Components of long lists. */
import { Component, type ComponentClass, type ComponentType } from 'preact';

/** The component, rendered again only when one of its props is another than before, or a signal that it has read. */
export function memo<Props extends object>(Inner: ComponentType<Props>): ComponentClass<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return Object.entries(next).some(([name, value]) => value !== this.props[name as keyof Props]);
    }
    override render() {
      return <Inner {...this.props} />;
    }
  };
}
