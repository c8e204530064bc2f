/** func.yaml as js-yaml 4 reads it, which Knative's runtime has: YAML 1.2 with merge keys, times and the tags of YAML 1.1. */
import {
  binaryTag,
  CORE_SCHEMA,
  defineScalarTag,
  intCoreTag,
  legacyMapTag,
  loadAll,
  mergeTag,
  omapTag,
  pairsTag,
  timestampTag,
} from 'js-yaml';

/** With binary numbers, and with a sign before any. */
const intTag = defineScalarTag(intCoreTag.tagName, {
  ...intCoreTag,
  resolve(source, ...more) {
    const [, sign, digits] = /^([-+]?)(0b[01]+|0x[\da-f]+|0o[0-7]+)$/i.exec(source) ?? [];
    if (digits !== undefined) return Number(digits) * (sign === '-' ? -1 : 1);
    return intCoreTag.resolve(source, ...more);
  },
});

const schema = CORE_SCHEMA.withTags(mergeTag, timestampTag, binaryTag, omapTag, pairsTag, legacyMapTag, intTag);

/** Undefined for one without a document; throws for one that is malformed, or has several. */
export function parseYaml(text: string): unknown {
  const documents = loadAll(text, { schema });
  if (documents.length > 1) throw new Error('there is more than one document in it');
  return documents[0];
}
