/** Light, dark, or as the system has it. */
import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'minitelegram-theme';

function kept(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.find(theme => theme === value) ?? 'system';
  } catch {
    return 'system';
  }
}

export const theme = signal<Theme>(kept());

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // For this visit, then.
  }
});
