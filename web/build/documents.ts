/** The API's documents, by their files' names. They are made when the site is, so that no gateway has to carry what makes them. */
import { asyncapi } from '../../runtime/describe/asyncapi.js';
import { openapi } from '../../runtime/describe/openapi.js';
import { about } from '../../runtime/images/about.js';
import { all } from '../../runtime/images/all.js';

export const documents = () => ({ 'openapi.json': openapi(all, about), 'asyncapi.json': asyncapi(all, about) });
