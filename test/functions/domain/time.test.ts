import { expect } from 'chai';
import { normalTime } from '#functions/domain/time.js';

describe('normalTime', () => {
  it('writes any offset and precision as UTC with milliseconds', () => {
    expect(normalTime('2026-01-02T03:04:05Z')).to.equal('2026-01-02T03:04:05.000Z');
    expect(normalTime('2026-01-02T03:04:05.123456Z')).to.equal('2026-01-02T03:04:05.123Z');
    expect(normalTime('2026-01-02T05:04:05+02:00')).to.equal('2026-01-02T03:04:05.000Z');
  });

  for (const text of ['', 'soon', '2026-13-01T00:00:00Z', '0000-01-01T00:00:00Z', '+010000-01-01T00:00:00Z']) {
    it(`finds no moment that a database could keep in '${text}'`, () => {
      expect(normalTime(text)).to.equal(undefined);
    });
  }
});
