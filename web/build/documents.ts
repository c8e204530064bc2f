/** The API's documents, by their files' names. They are made when the site is, so that no gateway has to carry what makes them. */

import { about } from '@mini-telegram/functions/services/about';
import { all } from '@mini-telegram/functions/services/all';
import { asyncapi, openapi } from 'function-runtime/describe';

export const documents = () => ({ 'openapi.json': openapi(all, about), 'asyncapi.json': asyncapi(all, about) });
