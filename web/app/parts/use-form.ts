/** A form that is sent: once at a time, and what is wrong is told at the field that it is about, or below them all. */
import { useSignal } from '@preact/signals';
import type { TargetedSubmitEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Refusal } from '../../client/refusal.js';
import { fieldOf, wordsOf, wordsOfField } from '../words.js';

export interface Form {
  readonly busy: boolean;
  /** What is wrong with this field. */
  faultAt(name: string): string | undefined;
  /** What is wrong with anything else. */
  readonly fault: string | undefined;
  readonly onSubmit: (event: TargetedSubmitEvent<HTMLFormElement>) => Promise<void>;
  /** Forgets what was wrong. */
  clear(): void;
}

/** `fields` have names as in the request; `send` gets what is in them, without the spaces around it. */
export function useForm<Name extends string>(
  fields: readonly Name[],
  send: (values: Readonly<Record<Name, string>>, raw: FormData) => Promise<unknown>,
): Form {
  const busy = useSignal(false);
  const refusal = useSignal<Refusal | undefined>(undefined);
  const form = useRef<HTMLFormElement | undefined>(undefined);
  // Who cannot see where it is wrong is led there.
  useEffect(() => {
    if (refusal.value) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusal.value]);

  const errors = refusal.value?.details.errors ?? [];
  const isShown = (name: string) => fields.some(field => field === name);
  const elsewhere = errors.find(error => !isShown(fieldOf(error)));
  return {
    busy: busy.value,
    faultAt(name) {
      const error = errors.find(each => fieldOf(each) === name);
      return error && wordsOfField(error);
    },
    get fault() {
      if (!refusal.value || (errors.length > 0 && !elsewhere)) return undefined;
      return elsewhere ? wordsOfField(elsewhere) : wordsOf(refusal.value);
    },
    async onSubmit(event) {
      event.preventDefault();
      if (busy.value) return;
      form.current = event.currentTarget;
      const raw = new FormData(event.currentTarget);
      const values = Object.fromEntries(fields.map(name => [name, String(raw.get(name) ?? '').trim()]));
      busy.value = true;
      refusal.value = undefined;
      try {
        await send(values as Record<Name, string>, raw);
      } catch (thrown) {
        refusal.value = Refusal.from(thrown);
      }
      busy.value = false;
    },
    clear() {
      refusal.value = undefined;
    },
  };
}
