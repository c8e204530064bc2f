/** One operation of REST, folded until somebody asks. */
import type { Operation, Response } from '../openapi.js';
import { request } from '../try.js';
import { Attempt } from './attempt.js';
import { Input, Whole } from './schema.js';
import { Inline, Json, Text } from './text.js';

export const OperationPart = ({ operation }: { readonly operation: Operation }) => {
  const { id, method, path, summary, description, parameters, body, examples, answers } = operation;
  return (
    <details class="part" id={id}>
      <summary>
        <h4>
          <span class={`kind ${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
        </h4>
        <p>
          <Inline text={summary} />
        </p>
      </summary>
      <div class="two">
        <div>
          <Text text={description} />
          <h5>Input</h5>
          {parameters.length === 0 && !body && <p class="soft">none</p>}
          {body?.schema.oneOf && <Whole schema={body.schema} />}
          <Input parameters={parameters} body={body?.schema} />
          <h5>Answers</h5>
          <ul class="answers">
            {answers.map(answer => (
              <AnswerPart key={answer.status} answer={answer} />
            ))}
          </ul>
        </div>
        <Attempt examples={examples} send={text => request(operation, text)} />
      </div>
    </details>
  );
};

const AnswerPart = ({ answer: { status, description, schema, example } }: { readonly answer: Response }) => (
  <li>
    <p>
      <code>{status}</code> <Inline text={description} />
    </p>
    {schema && /^2/.test(status) && <Whole schema={schema} />}
    {example !== undefined && /^2/.test(status) && (
      <details class="example">
        <summary>Example</summary>
        <Json value={example} label={`Example of ${status}`} />
      </details>
    )}
  </li>
);
