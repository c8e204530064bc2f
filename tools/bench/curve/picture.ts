/** Throughput against latency as a picture: one colour a side, the median drawn through, the 99th percentile dashed. */
import { LineChart, type LineSeriesOption } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Climbed } from './ladder.js';

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

// It brings its own background, so that it reads the same on a light page and on a dark one.
const [BACKGROUND, INK, LINES] = ['#ffffff', '#24292f', '#d8dee4'];
const COLOURS = ['#0969da', '#cf5c00'];
const SIZE = { width: 860, height: 480 };
const FONT = 'system-ui, sans-serif';

const DRAWN = [
  { of: 'p50', type: 'solid', symbol: 'circle' },
  { of: 'p99', type: 'dashed', symbol: 'emptyCircle' },
] as const;

/** An SVG document. */
export function picture(climbed: readonly Climbed[], title: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  const text = { color: INK, fontFamily: FONT, fontSize: 13 };
  const axis = {
    nameLocation: 'middle' as const,
    nameTextStyle: text,
    axisLabel: text,
    splitLine: { show: true, lineStyle: { color: LINES } },
    axisLine: { show: true, lineStyle: { color: INK } },
  };
  chart.setOption({
    animation: false,
    backgroundColor: BACKGROUND,
    title: { text: title, left: 16, top: 12, textStyle: { ...text, fontSize: 16, fontWeight: 600 } },
    legend: { left: 16, top: 44, itemWidth: 36, itemGap: 32, textStyle: text },
    grid: { left: 72, right: 32, top: 88, bottom: 60 },
    xAxis: { ...axis, type: 'value', name: 'messages/s achieved', nameGap: 32, min: 0 },
    yAxis: { ...axis, type: 'log', name: 'from sending to arrival, ms', nameGap: 44 },
    series: climbed.flatMap((side, at) => linesOf(side, COLOURS[at]!)),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

const linesOf = ({ name, rungs }: Climbed, colour: string): LineSeriesOption[] =>
  DRAWN.map(({ of, type, symbol }) => ({
    type: 'line',
    name: `${name}, ${of}`,
    data: rungs
      .map(({ values }) => [values['messages/s']!, values[`arrival ${of} ms`]!])
      .filter(([, ms]) => Number.isFinite(ms)),
    symbol,
    symbolSize: 6,
    color: colour,
    lineStyle: { color: colour, width: 2, type },
  }));
