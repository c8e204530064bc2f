/** The Dockerfiles: well-formed, alike, and strict enough for the strictest cluster. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Copy, type Dockerfile, DockerfileParser, type Instruction, type Label } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { BUNDLED } from '../../build/bundle.js';

const LABELS = ['title', 'description', 'source', 'version', 'revision', 'licenses'];

const read = (image: string): string => readFileSync(new URL(`../../../Dockerfile.${image}`, import.meta.url), 'utf8');

/** Those of the last stage, which is all that is kept. */
function kept(file: Dockerfile): Instruction[] {
  const instructions = file.getInstructions();
  return instructions.slice(instructions.findLastIndex(each => each.getKeyword() === 'FROM'));
}

const textOf = (instructions: readonly Instruction[], keyword: string): string[] =>
  instructions.filter(each => each.getKeyword() === keyword).map(each => each.getRawArgumentsContent() ?? '');

for (const image of BUNDLED) {
  describe(`Dockerfile.${image}`, () => {
    const text = read(image);
    const file = DockerfileParser.parse(text);

    it('has nothing that a builder would object to', () => {
      expect(validate(text).map(({ message }) => message)).to.deep.equal([]);
    });

    it('begins each stage with the same slim image of one release of Node', () => {
      const [base, ...others] = file.getFROMs().map(from => from.getImage());
      expect(base).to.match(/^node:\d+\.\d+\.\d+-slim$/);
      expect(others).to.deep.equal([base]);
    });

    it('needs no shell, neither to build nor to run', () => {
      const commands = ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].flatMap(name =>
        textOf(file.getInstructions(), name),
      );
      expect(commands.filter(command => !/^(CMD )?\[".*"\]$/.test(command))).to.deep.equal([]);
    });

    it('keeps the files of the image alone, and runs nothing in the last stage', () => {
      const last = kept(file);
      const [copy, ...others] = last.filter(each => each.getKeyword() === 'COPY') as Copy[];
      expect(copy?.toString()).to.equal('COPY --from=build /image/ /');
      expect(others).to.deep.equal([]);
      expect([...textOf(last, 'RUN'), ...textOf(last, 'ADD')]).to.deep.equal([]);
    });

    it('runs its image as nobody in particular, with a number', () => {
      const last = kept(file);
      expect(textOf(last, 'USER')).to.deep.equal(['10001:10001']);
      expect(textOf(last, 'ENTRYPOINT')).to.deep.equal(['["node", "dist/runtime/main.js"]']);
      expect(textOf(last, 'CMD')).to.deep.equal([`["${image}"]`]);
      expect(textOf(last, 'HEALTHCHECK')).to.have.length(1);
    });

    it('says what it is, in the terms of the OCI', () => {
      const labels = kept(file).filter(each => each.getKeyword() === 'LABEL') as Label[];
      const names = labels.flatMap(label => label.getProperties().map(property => property.getName()));
      expect(names).to.have.members(LABELS.map(name => `org.opencontainers.image.${name}`));
    });

    it('differs from the others in names and descriptions only', () => {
      const neutral = (of: string): string =>
        read(of)
          .replaceAll(of, 'IMAGE')
          .replace(/^# The .*\n/, '')
          .replace(/(image\.description=)".*"/, '$1');
      expect(neutral(image)).to.equal(neutral('gateway'));
    });
  });
}
