/** The files that are part of the message that one writes, each with how far it has come. */
import type { Upload } from '../../client/state.js';
import { useMedia } from '../media-cache.js';
import { client } from '../model.js';
import { sizeOf } from '../sizes.js';
import { sentence } from '../words.js';
import { Again, Close, Paper } from './icons.js';
import { Progress } from './progress.js';
import { Tool } from './tool.js';

export const Tray = ({ uploads }: { readonly uploads: readonly Upload[] }) =>
  uploads.length === 0 ? null : (
    <ul class="tray" aria-label="Files of this message">
      {uploads.map(upload => (
        <Attached key={upload.id} upload={upload} />
      ))}
    </ul>
  );

function Attached({ upload }: { readonly upload: Upload }) {
  const { id, name, kind, size, state, reason } = upload;
  const { url } = useMedia({ id, isUpload: true }, 'whole', kind === 'photo');
  return (
    <li data-state={state}>
      {url === undefined ? <Paper /> : <img src={url} alt="" />}
      <span class="file-name" dir="auto">
        {name}
      </span>
      <span class="file-size" role="status">
        {state === 'failed' ? <span class="fault">{sentence(reason ?? 'it was not sent')}</span> : sizeOf(size)}
      </span>
      {state === 'failed' && (
        <Tool label={`Send ${name} again`} icon={Again} onClick={() => client.attachAgain([id])} />
      )}
      <Tool label={`Remove ${name}`} icon={Close} onClick={() => client.detach([id])} />
      <Progress upload={upload} />
    </li>
  );
}
