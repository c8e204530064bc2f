/** A trace as text: a line a span, indented below what led to it, with where and when it was, and how long. */
import type { CollectedSpan } from './collector.js';

/** Of the same trace. `detailed` adds the attributes. */
export function traceText(spans: readonly CollectedSpan[], { detailed = false } = {}): string {
  const began = Math.min(...spans.map(({ start }) => start));
  const lines = [`trace ${spans[0]?.traceId}`];

  function write(span: CollectedSpan, depth: number): void {
    const { name, kind, service, start, end, links, failed } = span;
    const place = `${(start - began).toFixed(1).padStart(7)} ms ${(end - start).toFixed(1).padStart(7)} ms`;
    const more = `${links.length > 0 ? ` (${links.length} links)` : ''}${failed ? ' FAILED' : ''}`;
    lines.push(`${place}  ${service.padEnd(12)} ${'  '.repeat(depth)}${name} [${kind}]${more}`);
    if (detailed) {
      for (const [key, value] of Object.entries(span.attributes)) {
        lines.push(`${' '.repeat(36)} ${'  '.repeat(depth)}  ${key}=${value}`);
      }
    }
    for (const child of childrenOf(spans, span)) write(child, depth + 1);
  }

  for (const root of rootsOf(spans)) write(root, 0);
  return lines.join('\n');
}

/** The shape of a trace: names below names, those of siblings in the alphabet's order, since they may be side by side. */
export type Tree = { readonly [span: string]: Tree };

export function treeOf(spans: readonly CollectedSpan[]): Tree {
  const below = (siblings: readonly CollectedSpan[]): Tree =>
    Object.fromEntries(siblings.map(span => [`${span.service}: ${span.name}`, below(childrenOf(spans, span))]));
  return below(rootsOf(spans));
}

const childrenOf = (spans: readonly CollectedSpan[], { spanId }: CollectedSpan): readonly CollectedSpan[] =>
  spans.filter(({ parentSpanId }) => parentSpanId === spanId);

/** What began it, and what was led to by something that is not here. */
const rootsOf = (spans: readonly CollectedSpan[]): readonly CollectedSpan[] =>
  spans.filter(({ parentSpanId }) => !spans.some(({ spanId }) => spanId === parentSpanId));
