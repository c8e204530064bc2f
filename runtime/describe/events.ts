/** CloudEvents as documents describe them: the envelope with the data that a function takes, or answers. */
import Type, { type TSchema } from 'typebox';

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md; other attributes are let through. */
export const cloudEvent = (type: string, data: TSchema) =>
  Type.Object(
    {
      specversion: Type.Literal('1.0'),
      id: Type.String({
        minLength: 1,
        description: 'The same again for the same event',
        examples: ['0199a3c5-6b22-7e01-b4a7-9d3c5f1e8a21'],
      }),
      source: Type.String({ minLength: 1, examples: ['/gateway'] }),
      type: Type.Literal(type),
      datacontenttype: Type.Optional(Type.Literal('application/json')),
      data: dataOf(type, data),
    },
    { title: type },
  );

/** By a name, its own or one by the type. */
export const dataOf = (type: string, data: TSchema): TSchema =>
  'title' in data ? data : { ...data, title: `${type}.data` };
